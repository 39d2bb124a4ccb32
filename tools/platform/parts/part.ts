import type { LaunchSpec } from '../process.ts';
import { download, type Download } from '../downloads.ts';
import type { StatePaths } from '../paths.ts';
import type { PartName, ProcessState } from '../types.ts';

/** One part that the supervisor starts itself. */
export interface Part {
  readonly name: PartName;
  /** The address that clients use. */
  readonly address: string;
  /** The parts that must serve first. */
  readonly needs: readonly PartName[];
  /** Makes everything ready for the first spawn: downloads, formats, creates. Idempotent. */
  prepare(): Promise<LaunchSpec>;
}

export interface PartContext {
  readonly paths: StatePaths;
  readonly partsDir: string;
  readonly env: NodeJS.ProcessEnv;
  /** Aborted when the platform stops while it is still being prepared. */
  readonly signal: AbortSignal;
  readonly report: (state: ProcessState, detail?: string) => void;
}

/** The folder of a part's download, with its progress reported as the part's. */
export function fetchPart(context: PartContext, part: Download): Promise<string> {
  const { partsDir, env, signal, report } = context;
  return download(part, {
    partsDir,
    env,
    signal,
    report: (detail) => {
      report('downloading', detail);
    },
  });
}
