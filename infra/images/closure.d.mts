interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}
export interface Lock {
  readonly packages: Readonly<
    Record<string, Manifest & { readonly link?: boolean; readonly resolved?: string }>
  >;
}
/** See closure.mjs. */
export function closureOf(
  lock: Lock,
  workspaces: readonly string[],
  manifestOf: (dir: string) => Manifest,
): { readonly workspaces: readonly string[]; readonly packages: readonly string[] };
