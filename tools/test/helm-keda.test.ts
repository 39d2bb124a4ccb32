import { expect } from 'chai';
import { parse } from 'yaml';
import { kafkaRights } from '@groundswell/schemas';
import { committedManifests, exampleNames } from '../verify/chart.ts';

/** How KEDA asks Kafka for the lag, over the committed examples: as the component itself asks, or as somebody who is named. */

interface Entry {
  readonly parameter: string;
  readonly name: string;
  readonly key?: string;
  readonly containerName?: string;
}

interface Authentication {
  readonly metadata: { readonly name: string };
  readonly spec: Readonly<
    Partial<Record<'env' | 'secretTargetRef' | 'configMapTargetRef', readonly Entry[]>>
  >;
}

interface ScaledObject {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly scaleTargetRef: { readonly name: string };
    readonly triggers: readonly {
      readonly metadata: Readonly<Record<string, string>>;
      readonly authenticationRef?: { readonly name: string };
    }[];
  };
}

interface Deployment {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly {
          readonly name: string;
          readonly env: readonly { readonly name: string; readonly value?: string }[];
        }[];
        readonly volumes: readonly {
          readonly name: string;
          readonly configMap?: { readonly name: string };
          readonly secret?: {
            readonly secretName: string;
            readonly items: readonly { readonly key: string }[];
          };
        }[];
      };
    };
  };
}

const rootDir = process.cwd();
const rights: Readonly<
  Record<string, { readonly topics: Readonly<Record<string, readonly string[]>> }>
> = kafkaRights;

/** Faults of an example's triggers: what KEDA would ask otherwise than the pods do, or may not ask at all. */
function faultsOf(files: ReadonlyMap<string, string>): readonly string[] {
  return [...files]
    .filter(([file]) => file.startsWith('scaledobject-'))
    .map(([, text]) => parse(text) as ScaledObject)
    .flatMap((scaled) =>
      scaled.spec.triggers.flatMap((trigger) =>
        triggerFaults(files, scaled.spec.scaleTargetRef.name, trigger).map(
          (fault) => `${scaled.metadata.name}: ${fault}`,
        ),
      ),
    );
}

function triggerFaults(
  files: ReadonlyMap<string, string>,
  target: string,
  { metadata, authenticationRef }: ScaledObject['spec']['triggers'][number],
): readonly string[] {
  const deployment = files.get(`deployment-${target}.yaml`);
  if (deployment === undefined) return ['its target is not there'];
  const pod = (parse(deployment) as Deployment).spec.template.spec;
  const [container] = pod.containers;
  const variable = (name: string): string | undefined =>
    container?.env.find((one) => one.name === name)?.value;
  const volume = (name: string) => pod.volumes.find((one) => one.name === name);

  const authentication = authenticationRef && files.get(fileOf(authenticationRef.name));
  const own = authentication === undefined ? undefined : (parse(authentication) as Authentication);
  if (variable('KAFKA_SASL_MECHANISM') !== undefined && own === undefined)
    return ['nobody proves who asks'];
  const entry = (kind: keyof Authentication['spec'], parameter: string): Entry | undefined =>
    own?.spec[kind]?.find((one) => one.parameter === parameter);

  // An authentication of somebody else's brings all four itself; KEDA refuses those that come from both places.
  if (authenticationRef?.name !== target) {
    const both = ['tls', 'sasl'].filter((setting) => setting in metadata);
    return [
      ...both.map((setting) => `${setting} comes from two places`),
      ...['sasl', 'tls', 'username', 'password']
        .filter((parameter) => entry('secretTargetRef', parameter) === undefined)
        .map((parameter) => `no ${parameter}`),
    ];
  }

  const user = variable('KAFKA_SASL_USERNAME') ?? '';
  const mounted = volume('kafka')?.secret;
  const [username, password] = [entry('env', 'username'), entry('secretTargetRef', 'password')];
  const ends = rights[user]?.topics[metadata['topic'] ?? '']?.includes('read');
  const held: readonly (readonly [string, boolean])[] = [
    ['plaintext', (metadata['tls'] === 'enable') === (variable('KAFKA_SSL') === 'true')],
    [
      'another mechanism',
      metadata['sasl'] === variable('KAFKA_SASL_MECHANISM')?.toLowerCase().replace('-sha-', '_sha'),
    ],
    [
      'another user',
      username?.name === 'KAFKA_SASL_USERNAME' && username.containerName === container?.name,
    ],
    [
      'the password of another user',
      password?.name === mounted?.secretName && password?.key === mounted?.items[0]?.key,
    ],
    [
      'another authority',
      entry('configMapTargetRef', 'ca')?.name === volume('ca')?.configMap?.name,
    ],
    ['a topic whose end it may not see', ends === true],
    ['a group that it may not see', (metadata['consumerGroup'] ?? '').startsWith(user)],
  ];
  return held.filter(([, isHeld]) => !isHeld).map(([fault]) => fault);
}

const fileOf = (name: string): string => `triggerauthentication-${name}.yaml`;

describe('KEDA in the chart', function () {
  this.timeout(20_000); // dozens of manifests
  for (const example of exampleNames(rootDir)) {
    it(`asks Kafka as the pods of the example ${example} do`, () => {
      expect(faultsOf(committedManifests(rootDir, example))).to.deep.equal([]);
    });
  }

  it('is shown with an authentication per component, and with one of somebody else', () => {
    const made = (example: string): number =>
      [...committedManifests(rootDir, example).keys()].filter((file) =>
        file.startsWith('triggerauthentication-groundswell-'),
      ).length;
    expect(made('production')).to.equal(3);
    expect(made('blue-green')).to.equal(0);
    expect([...committedManifests(rootDir, 'blue-green').keys()]).to.include(
      fileOf('kafka-observer'),
    );
  });

  const object = 'scaledobject-groundswell-derive-market.yaml';
  const authentication = fileOf('groundswell-derive-market');
  const planted: readonly (readonly [string, string, string, string, string])[] = [
    ['production', object, 'tls: enable', 'tls: disable', 'plaintext'],
    ['production', object, 'scram_sha512', 'scram_sha256', 'another mechanism'],
    ['production', object, 'topic: market.trade.v1', 'topic: market.quote.v1', 'a topic whose end'],
    ['production', object, 'Group: derive-market', 'Group: derive-behaviour', 'a group that'],
    ['production', object, 'name: groundswell-derive-market', 'name: x', 'its target is not there'],
    ['production', authentication, 'KAFKA_SASL_USERNAME', 'GW_LANE', 'another user'],
    [
      'production',
      authentication,
      'kafka-password-derive-market',
      'kafka-password-deploy-schemas',
      'the password of another user',
    ],
    ['production', authentication, 'platform-ca', 'other-ca', 'another authority'],
    ['blue-green', object, 'topic: ', 'tls: enable\n        topic: ', 'tls comes from two places'],
    ['blue-green', fileOf('kafka-observer'), 'parameter: tls', 'parameter: cert', 'no tls'],
  ];
  for (const [example, file, from, to, fault] of planted) {
    it(`sees when ${file} has ${to.split('\n')[0] ?? ''}`, () => {
      const files = new Map(committedManifests(rootDir, example));
      const text = files.get(file) ?? '';
      expect(text).to.include(from);
      files.set(file, text.replaceAll(from, to));
      expect(faultsOf(files).join('\n')).to.include(fault);
    });
  }
});
