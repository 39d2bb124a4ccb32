/** Types of `requirements.mjs`, which stays plain JavaScript for the bootstrap. */
export interface Requirement {
  readonly tool: string;
  readonly wanted: string;
  readonly why: string;
  readonly apt: string;
  readonly brew: string;
  /** Only what starts parts needs it. */
  readonly forParts: boolean;
  readonly needed: (env: NodeJS.ProcessEnv) => boolean;
  readonly find: (env: NodeJS.ProcessEnv) => Promise<string | undefined>;
  readonly isEnough: (version: string) => boolean;
}

export interface Finding {
  readonly requirement: Requirement;
  readonly found: string | undefined;
  /** Only what starts parts needs it. */
  readonly forParts: boolean;
  readonly needed: boolean;
  readonly ok: boolean;
}

export const requirements: readonly Requirement[];
export function checkRequirements(env: NodeJS.ProcessEnv): Promise<Finding[]>;
export function missingToolSentence(finding: Pick<Finding, 'requirement' | 'found'>): string;
export function javaCommand(env: NodeJS.ProcessEnv): string;
