/**
 * What `npm run verify:deploy` is made of. A check uses tools; a tool says where it comes from, so that a missing one is
 * reported as "not run" with the command that gets it, and `--get` can fetch it.
 */

/** What a check found. Details are one line; `output` is what a failed tool printed. */
export type Outcome =
  | { readonly status: 'passed'; readonly detail: string }
  | { readonly status: 'failed'; readonly detail: string; readonly output?: string }
  | { readonly status: 'not run'; readonly why: string };

/** Where a tool comes from. `apt` is never fetched by us: it changes the machine. */
export type Source =
  | { readonly kind: 'go'; readonly module: string; readonly version: string }
  | { readonly kind: 'pypi'; readonly package: string; readonly version: string }
  | { readonly kind: 'npm'; readonly package: string; readonly version: string }
  | { readonly kind: 'apt'; readonly package: string }
  | { readonly kind: 'path'; readonly hint: string }
  | {
      readonly kind: 'build';
      readonly what: string;
      /** Puts the tool into `dir`; long builds run at low priority with one job. */
      readonly build: (context: ToolContext) => Promise<void>;
    };

export interface Tool {
  /** Name of the program, or of the file below the tools folder when `file` is given. */
  readonly name: string;
  readonly source: Source;
  /** Where it is, relative to the tools folder, when it is not `bin/<name>`. */
  readonly file?: string;
  /** Only that version of ours counts, not whatever is on PATH. @default false: PATH first */
  readonly ownOnly?: true;
}

export interface Ran {
  /** Exit code; 127 when the program could not be started, 124 when it took too long. */
  readonly code: number;
  readonly stdout: string;
  /** Standard output and error in the order they came. */
  readonly output: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** @default 600000 */
  readonly timeoutMs?: number;
}

export type Run = (command: string, args: readonly string[], options?: RunOptions) => Promise<Ran>;

export interface ToolContext {
  /** Cache of tools outside git: GW_TOOLS_DIR, else `.groundswell/tools`. */
  readonly toolsDir: string;
  /** Runs a program at low priority to its end. */
  readonly run: Run;
}

export interface CheckContext extends ToolContext {
  readonly rootDir: string;
  /** Empty folder of this check, removed afterwards. */
  readonly workDir: string;
  /** Path of a tool that the check names in `tools`. */
  readonly pathOf: (tool: Tool) => string;
}

/** One line of the table. Register it in `registry.ts`. */
export interface Check {
  /** What is proved, in a few words: `chart renders as committed`. */
  readonly name: string;
  /** All must be found, else the check is "not run". The first is shown in the table. */
  readonly tools: readonly Tool[];
  readonly run: (context: CheckContext) => Promise<Outcome>;
}

export const passed = (detail: string): Outcome => ({ status: 'passed', detail });
export const failed = (detail: string, output?: string): Outcome =>
  output === undefined ? { status: 'failed', detail } : { status: 'failed', detail, output };
export const notRun = (why: string): Outcome => ({ status: 'not run', why });

/** The usual case: exit 0 is a pass. */
export const byExitCode = (ran: Ran, detail: string): Outcome =>
  ran.code === 0 ? passed(detail) : failed(`exit code ${ran.code}`, ran.output);
