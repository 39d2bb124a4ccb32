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

/** Of the release and of its namespace. */
export const NAME = 'groundswell';
const WAIT = ['--wait', '--timeout', '10m'] as const;

/**
 * - `release`: everything at once, back to the version before when it does not become ready. The hooks migrate first.
 * - `canary`: the version that runs stays; a second deployment of what people reach takes `weight` percent.
 * - `promote`: the canary's version becomes the only one.
 */
export function upgradeArguments(
  action: Exclude<Action, 'rollback'>,
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
        // Not --reuse-values: that leaves out what the chart has gained since, and templates fail on it.
        '--reset-then-reuse-values',
        ...set('rollout.strategy=canary', `rollout.canary.tag=${tag}`),
        ...['--set', `rollout.canary.weight=${weight}`],
      );
  }
}

/** Back to a revision. Helm's own choice, the one before, may be the canary of the version that is to go, or one that failed. */
export const rollbackArguments = (revision: number): readonly string[] => [
  ...['rollback', NAME, String(revision), '--namespace', NAME, '--cleanup-on-fail'],
  ...WAIT,
];
