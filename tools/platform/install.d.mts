/** Types of `install.mjs`, which stays plain JavaScript for the bootstrap. */
export function ensureInstalled(rootDir: string, env: NodeJS.ProcessEnv): void;
export function isInstalled(rootDir: string): boolean;
export function nodeCommand(rootDir: string): string;
