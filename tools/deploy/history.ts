/** Which release `rollback` goes back to: a choice over helm's history as data, so that a test can try every history. */

/** A revision of the release, as helm keeps it. */
export interface Revision {
  readonly revision: number;
  /** `deployed` runs now, `superseded` ran once; others never did, or not wholly. */
  readonly status: string;
  /** What helm says that it did: `Upgrade complete`, `Rollback to 3`, `Upgrade "groundswell" failed: ...`. */
  readonly description: string;
  /** A share of the requests went to another version. */
  readonly isCanary: boolean;
  /** Version that (all other) requests went to. */
  readonly tag: string;
}

/**
 * The newest good release without a canary that is of another version than what runs. Beside a canary that is the stable version it was put
 * beside; after a change that neither became ready nor was taken back, what ran before it. A version that was rolled back is not
 * offered again: each call goes further back.
 *
 * @returns undefined when there is none
 */
export function revisionToGoBackTo(history: readonly Revision[]): number | undefined {
  /** By revision: the stable releases that led to it, oldest first, itself the last. What was taken back is not among them. */
  const paths = new Map<number, readonly Revision[]>();
  let path: readonly Revision[] = [];
  let now: Revision | undefined;
  for (const one of history.toSorted((a, b) => a.revision - b.revision)) {
    // A rollback that did not succeed is tried again, to the same release.
    if (!isGood(one) && one.description.startsWith('Rollback ')) continue;
    now = one;
    if (!isGood(one)) continue;
    const target = /^Rollback to (\d+)/.exec(one.description)?.[1];
    if (target !== undefined) {
      path = (paths.get(Number(target)) ?? path).filter((it) => it.revision < Number(target));
    }
    if (!one.isCanary) path = [...path, one];
    paths.set(one.revision, path);
  }
  if (now === undefined) return undefined;
  const { tag } = now;
  const isStable = isGood(now) && !now.isCanary;
  return path.findLast((one) => !isStable || one.tag !== tag)?.revision;
}

/** Helm calls an upgrade superseded, too, that failed and whose rollback failed after it: only its description tells. */
function isGood({ status, description }: Revision): boolean {
  return ['deployed', 'superseded'].includes(status) && !description.includes(' failed: ');
}
