import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlatformError } from '../../platform/errors.ts';
import { Guard } from '../../platform/guard.ts';
import type { Part, PartContext } from '../../platform/parts/part.ts';
import { defaultPartsDir, statePaths } from '../../platform/paths.ts';
import { ManagedProcess } from '../../platform/process.ts';

export interface RunningPart {
  readonly address: string;
  stop(): Promise<void>;
}

/** Writes a file that only its owner may read into the folder of the part, and tells its path. */
export type WriteFile = (name: string, text: string) => string;

/** A part of the local platform that a test starts for itself, in a folder of its own that is gone afterwards. */
export async function runPart(
  make: (context: PartContext, file: WriteFile) => Part,
): Promise<RunningPart & { readonly file: WriteFile }> {
  const stateDir = mkdtempSync(join(tmpdir(), 'gw-secured-'));
  const file: WriteFile = (name, text) => {
    const path = join(stateDir, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const paths = statePaths(stateDir);
  const part = make(
    {
      paths,
      partsDir: defaultPartsDir,
      env: process.env,
      signal: new AbortController().signal,
      report: () => undefined,
    },
    file,
  );
  const guard = new Guard();
  let why = '';
  const managed = new ManagedProcess(part.name, join(paths.logs, `${part.name}.log`), {
    guard,
    onProgress: ({ detail = '' }) => {
      why = detail;
    },
    onFatal: () => undefined,
  });
  // A machine that is busy starts a JVM slowly.
  const spec = { ...(await part.prepare()), readyWithinMs: 240_000 };
  const stop = async (): Promise<void> => {
    await managed.stop(spec);
    guard.close();
    rmSync(stateDir, { recursive: true, force: true });
  };
  try {
    await managed.start(spec);
  } catch (thrown) {
    await stop();
    throw new PlatformError(`${part.name} did not start: ${why}`, thrown);
  }
  return { address: part.address, file, stop };
}
