import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { withGo } from '../verify/go.ts';
import { failed, notRun, passed, type Check, type Run } from '../verify/types.ts';
import { choose, verdictOf } from '../verify/verdict.ts';

const all = [passed('yes'), notRun('no helm')];

describe('what verify:deploy comes to', () => {
  it('is well when nothing failed, though something was not run', () => {
    expect(verdictOf(all, false)).to.deep.equal({
      summary: '1 passed, 0 failed, 1 not run',
      exitCode: 0,
    });
  });

  it('is a failure when something was not run and --strict asks for everything', () => {
    const { summary, exitCode } = verdictOf(all, true);
    expect(exitCode).to.equal(1);
    expect(summary).to.equal('1 passed, 0 failed, 1 not run, which counts as failed (--strict)');
  });

  it('is a failure when something failed, strict or not', () => {
    expect(verdictOf([failed('no')], false).exitCode).to.equal(1);
    expect(verdictOf([failed('no')], true).exitCode).to.equal(1);
    expect(verdictOf([passed('yes')], true).exitCode).to.equal(0);
  });
});

describe('the checks that words choose', () => {
  const check = (name: string, tool: string): Check => ({
    name,
    tools: [{ name: tool, source: { kind: 'path', hint: '' } }],
    run: () => Promise.resolve(passed('')),
  });
  const checks = [check('chart: lint', 'helm'), check('images: built', 'docker')];
  const names = (only: readonly string[], except: readonly string[]): readonly string[] =>
    choose(checks, { only, except }).map(({ name }) => name);

  it('are those whose name or tool holds one of the words', () => {
    expect(names([], [])).to.have.length(2);
    expect(names(['helm'], [])).to.deep.equal(['chart: lint']);
    expect(names([], ['images'])).to.deep.equal(['chart: lint']);
    expect(names(['chrat'], [])).to.deep.equal([]);
  });
});

describe('Go for the tools that are built', () => {
  const asked: string[] = [];
  /** A machine that has this Go, and no Python to get another. */
  const machine =
    (version: string): Run =>
    (command) => {
      asked.push(command);
      const isGo = command === 'go';
      const stdout = isGo ? `go version ${version} linux/amd64\n` : '';
      return Promise.resolve({ code: isGo ? 0 : 127, stdout, output: '' });
    };
  const toolsDir = mkdtempSync(join(tmpdir(), 'gw-go-'));
  beforeEach(() => asked.splice(0));
  after(() => {
    rmSync(toolsDir, { recursive: true });
  });

  it('is that of the machine when it is new enough', async () => {
    for (const version of ['go1.26.0', 'go1.27rc1']) {
      const run = machine(version);
      expect(await withGo({ toolsDir, run })).to.equal(run);
    }
    expect(asked).to.deep.equal(['go', 'go']);
  });

  it('is one of our own when that of Debian is too old', async () => {
    expect(await withGo({ toolsDir, run: machine('go1.19.8') })).to.match(/^python3 -m venv/);
    expect(asked).to.deep.equal(['go', 'go', 'python3']);
  });
});
