import type { Logger } from '@groundswell/runtime';

/** For adapters that a test uses to look into the parts. */
export const silentLog: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog,
};
