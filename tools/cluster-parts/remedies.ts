/** What a person does about a failure, by what helm or kubectl said last. */

const known: readonly (readonly [RegExp, string])[] = [
  [
    /connection refused|no such host|i\/o timeout|Unable to connect|cluster unreachable/i,
    'the cluster or the chart repository cannot be reached from here: look at the address in the lines above (kubeconfig, VPN, or --charts-from <your mirror>)',
  ],
  [
    /violates PodSecurity/i,
    'the pods do not hold the profile of their namespace: podSecurity of the part in infra/cluster/parts.yaml',
  ],
  [
    /invalid ownership metadata|cannot be imported into the current release/i,
    'somebody else has installed it, perhaps under another name: helm list -A finds it; remove that one, or leave the part out with --except',
  ],
  [
    /conflict.* with "/i,
    'somebody else has changed what we set: take that back, or put it into infra/cluster',
  ],
  [
    /version .* not found|no chart version found|not found in .* repository|chart .* not found|manifest unknown/i,
    'the repository does not have that version: correct infra/cluster/parts.yaml, or name a mirror that has it (--charts-from)',
  ],
  [
    /forbidden/i,
    'this account may not do that: parts make definitions and cluster roles, so it takes an administrator of the cluster',
  ],
  [
    /timed out|deadline exceeded|not ready/i,
    'what was made is not ready: kubectl -n <namespace> get pods, describe the one that is not; then run it again',
  ],
];

/** @returns a sentence that always says something that can be done */
export function remedyFor(output: string): string {
  return (
    known.find(([pattern]) => pattern.test(output))?.[1] ??
    'mend what the lines above say, then run it again: what is installed is passed over'
  );
}
