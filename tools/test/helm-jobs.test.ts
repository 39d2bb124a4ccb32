import { expect } from 'chai';
import { parse } from 'yaml';
import { committedManifests, exampleNames } from '../verify/chart.ts';

/**
 * The jobs of a release are the newest version that it starts. The fault that it is for: a canary of 1.5.0 beside 1.4.0 came up without
 * the columns of 1.5.0, because the migrations were those of `image.tag`.
 */

interface Workload {
  readonly spec: {
    readonly template: {
      readonly spec: { readonly containers: readonly { readonly image: string }[] };
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
    };
  };
}

const rootDir = process.cwd();

function workloads(example: string, kind: 'deployment' | 'job'): readonly Workload[] {
  return [...committedManifests(rootDir, example)]
    .filter(([file]) => file.startsWith(`${kind}-`))
    .map(([, text]) => parse(text) as Workload);
}

/** Numbers of a version; enough for the tags of the examples. */
const numbersOf = (tag: string): number[] => (tag.match(/\d+/g) ?? []).map(Number);

function newestOf(tags: readonly string[]): string {
  const [newest = ''] = [...tags].sort((one, other) => {
    const [left, right] = [numbersOf(one), numbersOf(other)];
    const at = left.findIndex((number, index) => number !== right[index]);
    return at === -1 ? 0 : (right[at] ?? 0) - (left[at] ?? 0);
  });
  return newest;
}

describe('jobs of the chart', function () {
  this.timeout(20_000); // dozens of manifests
  for (const example of exampleNames(rootDir)) {
    it(`are the newest version that the example ${example} starts`, () => {
      const started = workloads(example, 'deployment').map(
        ({ spec }) => spec.template.metadata.labels['app.kubernetes.io/version'] ?? '',
      );
      const jobs = workloads(example, 'job').map(({ spec }) =>
        spec.template.spec.containers[0]?.image.replace(/^.*:/, ''),
      );
      const newest = newestOf(started);
      expect(jobs).to.deep.equal([newest, newest]);
    });
  }

  it('are shown beside an older stable version, and beside an older colour', () => {
    for (const example of ['production', 'blue-green']) {
      const tags = workloads(example, 'deployment').map(
        ({ spec }) => spec.template.metadata.labels['app.kubernetes.io/version'],
      );
      expect(new Set(tags)).to.deep.equal(new Set(['1.4.0', '1.5.0']));
    }
  });
});
