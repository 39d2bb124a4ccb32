import { expect } from 'chai';
import { Printer } from '../platform/printer.ts';
import { services, type ServiceSpec, steps } from '../platform/services.ts';
import { parseStartOptions, planStart } from '../platform/start-options.ts';
import { partNames } from '../platform/types.ts';

describe('options of npm start', () => {
  it('starts everything with the world and seed 1 by default', () => {
    const { world, seed, rate, only } = parseStartOptions([]);
    expect({ world, seed, rate, only }).to.deep.equal({
      world: true,
      seed: 1,
      rate: undefined,
      only: undefined,
    });
  });

  it('reads every option', () => {
    const options = parseStartOptions([
      '--no-world',
      '--rate',
      '5000',
      '--seed=7',
      '--only',
      'kafka, redis',
    ]);
    expect(options).to.include({ world: false, rate: 5000, seed: 7 });
    expect(options.only).to.deep.equal(['kafka', 'redis']);
  });

  for (const [argv, message] of [
    [['--rate', 'fast'], '--rate wants a whole number of at least 1, not "fast".'],
    [['--rate', '0'], '--rate wants a whole number of at least 1, not "0".'],
    [['--sede', '7'], /Unknown option '--sede': npm start -- --help/],
  ] as const) {
    it(`refuses ${argv.join(' ')} in one sentence`, () => {
      expect(() => parseStartOptions(argv)).to.throw(message);
    });
  }
});

describe('the plan of npm start', () => {
  const service = (name: string, extra: Partial<ServiceSpec> = {}): ServiceSpec => ({
    name,
    entry: `${name}.ts`,
    ports: { PORT: 1 },
    needs: [],
    dependsOn: [],
    ...extra,
  });
  const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);

  it('orders the real services so that each comes after those it depends on', () => {
    const plan = planStart(
      { only: undefined, world: true, observability: true },
      { services, steps },
    );
    const order = names(plan.services);
    expect([...order].sort()).to.deep.equal(names(services).sort());
    for (const { name, dependsOn } of services) {
      for (const dependency of dependsOn) {
        expect(order.indexOf(dependency)).to.be.lessThan(order.indexOf(name));
      }
    }
    expect(plan.parts).to.deep.equal(partNames);
  });

  it('watches itself only when it is asked to', () => {
    const plan = planStart({ only: undefined, world: true }, { services, steps });
    const without = services.filter(({ isObservability }) => isObservability !== true);
    expect(without.length).to.be.lessThan(services.length);
    expect(names(plan.services).sort()).to.deep.equal(names(without).sort());
  });

  it('gives every service ports of its own', () => {
    const ports = services.flatMap((spec) => Object.values(spec.ports));
    expect(new Set(ports).size).to.equal(ports.length);
  });

  it('runs parts alone without steps and services', () => {
    const plan = planStart({ only: ['redis'], world: true }, { services, steps });
    expect(plan).to.deep.equal({ parts: ['redis'], steps: [], services: [] });
  });

  it('adds what a chosen service needs: services, parts and steps', () => {
    const all = {
      services: [
        service('page', { dependsOn: ['api'] }),
        service('api', { needs: ['redis'] }),
        service('other'),
      ],
      steps: [{ name: 'migrate', entry: 'm.ts', needs: ['postgres'] as const }],
    };
    const plan = planStart({ only: ['page'], world: true }, all);
    expect(names(plan.services)).to.deep.equal(['api', 'page']);
    expect(plan.parts).to.deep.equal(['postgres', 'redis']);
    expect(names(plan.steps)).to.deep.equal(['migrate']);
  });

  it('runs what watches the platform only when asked to', () => {
    const all = {
      services: [service('eye', { isObservability: true }), service('api')],
      steps: [],
    };
    const chosen = (observability: boolean): readonly string[] =>
      names(planStart({ only: undefined, world: true, observability }, all).services);
    expect(chosen(false)).to.deep.equal(['api']);
    expect(chosen(true)).to.deep.equal(['eye', 'api']);
  });

  it('leaves the world out when asked to', () => {
    const all = { services: [service('sim', { isWorld: true }), service('api')], steps: [] };
    expect(names(planStart({ only: undefined, world: false }, all).services)).to.deep.equal([
      'api',
    ]);
  });

  it('refuses unknown names and circles', () => {
    expect(() => planStart({ only: ['kafak'], world: true }, { services, steps })).to.throw(
      '--only: kafak is neither a part',
    );
    const circle = {
      services: [service('a', { dependsOn: ['b'] }), service('b', { dependsOn: ['a'] })],
      steps: [],
    };
    expect(() => planStart({ only: undefined, world: true }, circle)).to.throw('a -> b -> a');
  });
});

describe('the printer', () => {
  const recorder = (isTTY: boolean) => {
    const written: string[] = [];
    return {
      written,
      out: { isTTY, columns: 100, rows: 30, write: (text: string) => written.push(text) },
    };
  };

  it('writes plain lines, one per change, where there is no terminal', () => {
    const { written, out } = recorder(false);
    let nowMs = 1000;
    const printer = new Printer(out, ['kafka'], '/logs', () => nowMs);
    printer.update({ name: 'kafka', state: 'downloading', detail: '1 files' });
    nowMs += 100;
    printer.update({ name: 'kafka', state: 'downloading', detail: '2 files' });
    nowMs += 1400;
    printer.update({ name: 'kafka', state: 'ready', detail: '127.0.0.1:19092' });
    expect(written).to.deep.equal([
      '[0.0 s] kafka downloading  1 files\n',
      '[1.5 s] kafka ready in 1.5 s  127.0.0.1:19092\n',
    ]);
  });

  it('shows the last words of a process that died, and goes on in lines after settling', () => {
    const { written, out } = recorder(true);
    const printer = new Printer(out, ['kafka', 'redis'], '/logs', () => 0);
    printer.update({ name: 'redis', state: 'died', detail: 'was ended by SIGKILL\nlast line' });
    printer.settle();
    printer.update({ name: 'redis', state: 'starting' });
    const text = written.join('');
    expect(text).to.include('redis was ended by SIGKILL\n    last line\n');
    expect(text).to.include('└─ redis  died');
    expect(written.at(-1)).to.equal('[0.0 s] redis starting\n');
  });
});
