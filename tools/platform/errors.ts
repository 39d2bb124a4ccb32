import { GroundswellError } from '@groundswell/domain';

/** The local platform could not be started or kept running; the message is one sentence for the person at the terminal. */
export class PlatformError extends GroundswellError {
  constructor(message: string, cause?: unknown) {
    super(message, { code: 'GW_PLATFORM', retriable: false, cause });
  }
}

/** Another process already runs the platform in the same state folder. */
export class PlatformRunningError extends GroundswellError {
  /** Process id of the supervisor that holds the folder. */
  readonly pid: number;

  constructor(pid: number, stateDir: string) {
    super(`Groundswell already runs as process ${pid} in ${stateDir}.`, {
      code: 'GW_PLATFORM_RUNNING',
      retriable: false,
      fields: { pid, stateDir },
    });
    this.pid = pid;
  }
}
