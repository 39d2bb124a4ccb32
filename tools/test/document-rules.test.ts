import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';

/** What documents claim about the repository and a machine can check: paths, links, commands, test names, and what they must not name. */

const documents = globSync('{*.md,docs/**/*.md,{packages,services}/*/README.md,schemas/live/*.md}');
const textOf = (file: string): string => readFileSync(file, 'utf8');
/** Text without fenced blocks: examples may show what does not exist. */
const proseOf = (file: string): string => textOf(file).replace(/^```[\s\S]*?^```/gm, '');

/** Folders that only exist after something ran: a fresh clone does not have them. */
const ignoredFolders = textOf('.gitignore')
  .split('\n')
  .filter((line) => line.endsWith('/'));
const isIgnored = (path: string): boolean =>
  ignoredFolders.some((folder) => `/${path}`.includes(`/${folder}`));

describe('documents', () => {
  it('link to files that exist', () => {
    const broken = documents.flatMap((file) =>
      [...proseOf(file).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !/^[a-z]+:/.test(target))
        .filter((target) => !existsSync(join(dirname(file), target)))
        .map((target) => `${file}: ${target}`),
    );
    expect(broken).to.deep.equal([]);
  });

  it('name paths of the repository that exist', () => {
    const path = /`((?:packages|services|schemas|tools|e2e|infra|docs|bench)\/[\w./-]+)`/g;
    const lost = documents
      .filter((file) => !file.startsWith('packages/') && !file.startsWith('services/'))
      .flatMap((file) =>
        [...proseOf(file).matchAll(path)]
          .map(([, target = '']) => target)
          .filter((target) => !existsSync(target) || isIgnored(target))
          .map((target) => `${file}: ${target}`),
      );
    expect(lost).to.deep.equal([]);
  });

  it('show every service in the pictures of what runs', () => {
    const drawn = `${textOf('docs/c4.md')}${textOf('docs/architecture.md')}`;
    const services = globSync('services/*/package.json').map((file) => file.split('/')[1] ?? '');
    expect(services.length).to.be.greaterThan(5);
    for (const service of services) {
      expect(drawn.split(service).length - 1, service).to.be.at.least(2);
    }
  });

  it('name npm scripts that package.json has', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    const named = documents.flatMap((file) =>
      [...textOf(file).matchAll(/\bnpm run ([a-z][a-z:-]*)/g)].map(([, script = '']) => script),
    );
    expect(named.filter((script) => scripts[script] === undefined)).to.deep.equal([]);
  });

  it('quote names of tests that exist', () => {
    const tests = globSync('{packages,services,tools,e2e}/**/test/**/*.ts')
      .filter((file) => !/(node_modules|dist)\//.test(file))
      .map(textOf)
      .join('\n');
    const quoted = [
      ...proseOf('docs/invariants.md')
        .replace(/\s+/g, ' ')
        .matchAll(/"([^"]+)"/g),
    ];
    expect(quoted.length).to.be.greaterThan(10);
    const lost = quoted.map(([, name = '']) => name).filter((name) => !tests.includes(name));
    expect(lost).to.deep.equal([]);
  });

  it('cover every invariant and promise once', () => {
    const entries = [...textOf('docs/invariants.md').matchAll(/^- \*\*(\w+) /gm)].map(
      ([, id]) => id,
    );
    const numbers = (letter: string, last: number): string[] =>
      Array.from({ length: last }, (_, index) => `${letter}${index + 1}`);
    expect(entries).to.have.members([...numbers('I', 14), 'I7a', ...numbers('N', 7)]);
  });

  it('list every decision, each with its four parts', () => {
    const decisions = globSync('docs/adr/[0-9]*.md').sort();
    const index = textOf('docs/adr/README.md');
    for (const file of decisions) {
      expect(index, file).to.include(`(${file.slice('docs/adr/'.length)})`);
      for (const part of ['Context', 'Decision', 'Consequences', 'Rejected']) {
        expect(textOf(file), file).to.include(`**${part}.**`);
      }
    }
  });
});

describe('the repository', () => {
  it('names no package registry: the settings of npm and Maven decide', () => {
    const hosts = /registry\.(npmjs|yarnpkg)|repo1?\.maven\.|pypi\.org/;
    const folders = '{docs,infra,tools,schemas,packages,services,e2e,bench}';
    const named = globSync(['*', '.[!.]*', `${folders}/**/*.*`], {
      exclude: (path) => /(^|\/)(node_modules|dist|\.git|\.groundswell|coverage)$/.test(path),
    })
      .filter((file) => statSync(file).isFile() && !file.endsWith('document-rules.test.ts'))
      .filter((file) => hosts.test(textOf(file)));
    expect(named).to.deep.equal([]);
  });
});
