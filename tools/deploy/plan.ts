/** What a release does to a cluster, as calls of helm: data, so that a test can read it and `--dry-run` can print it. */

export const ACTIONS = ['release', 'canary', 'promote', 'rollback'] as const;
export type Action = (typeof ACTIONS)[number];

export interface Release {
  /** Version of every image: a tag that never moves. */
  readonly tag: string;
  /** Files of values, the last one wins: what Terraform knows, then what people decided. */
  readonly valueFiles: readonly string[];
  /** Percent of the requests that a canary takes. */
  readonly weight: number;
}

const NAME = 'groundswell';
const WAIT = ['--wait', '--timeout', '10m'] as const;

/**
 * - `release`: everything at once, back to the version before when it does not become ready. The hooks migrate first.
 * - `canary`: the version that runs stays; a second deployment of what people reach takes `weight` percent.
 * - `promote`: the canary's version becomes the only one.
 * - `rollback`: the release before. Migrations only add, so it still fits.
 */
export function helmArguments(
  action: Action,
  { tag, valueFiles, weight }: Release,
): readonly string[] {
  const set = (...values: readonly string[]): readonly string[] =>
    values.flatMap((value) => ['--set-string', value]);
  const upgrade = (...values: readonly string[]): readonly string[] => [
    ...[
      'upgrade',
      '--install',
      NAME,
      'helm/groundswell',
      '--namespace',
      NAME,
      '--create-namespace',
    ],
    ...valueFiles.flatMap((file) => ['--values', file]),
    ...values,
    ...['--atomic', ...WAIT],
  ];
  switch (action) {
    case 'release':
    case 'promote':
      return upgrade(...set(`image.tag=${tag}`, 'rollout.strategy=rolling'));
    case 'canary':
      return upgrade(
        '--reuse-values',
        ...set('rollout.strategy=canary', `rollout.canary.tag=${tag}`),
        ...['--set', `rollout.canary.weight=${weight}`],
      );
    case 'rollback':
      return ['rollback', NAME, '--namespace', NAME, '--cleanup-on-fail', ...WAIT];
  }
}
