import { createRecordSource, type KafkaClient, type KafkaClientOptions } from '@groundswell/kafka';
import type { RecordSource } from '@groundswell/stream';

type Sasl = NonNullable<KafkaClientOptions['sasl']>;

export interface CountedPassword {
  /** How often who we are was proved, and with what it is proved next. */
  readonly state: { proofs: number; current: string };
  readonly sasl: Sasl;
}

/** A password that counts who reads it, and can be made to lie. */
export function countedPassword(username: string, password: string): CountedPassword {
  const state = { proofs: 0, current: password };
  const read = (): string => {
    state.proofs += 1;
    return state.current;
  };
  return { state, sasl: { mechanism: 'SCRAM-SHA-512', username, password: { read } } };
}

/** Reads a topic from its beginning into `seen`, as text. `crash` is how it ended, if it did not stop. */
export function readInto(
  seen: string[],
  client: KafkaClient,
  groupId: string,
  topic: string,
): { readonly source: RecordSource; readonly crash: Promise<Error> } {
  const source = createRecordSource(client, { groupId, keyedTopics: [topic], broadcastTopics: [] });
  const crash = new Promise<Error>((resolve) => {
    source
      .start({
        onAssigned: (partitions) => {
          for (const partition of partitions) source.seek({ topic, partition }, 0n);
        },
        onLost: () => undefined,
        onBatch: (batch) => {
          seen.push(...batch.records.map(({ value }) => Buffer.from(value ?? []).toString()));
          return Promise.resolve(batch.endOffset);
        },
        onCrash: resolve,
      })
      .catch(resolve);
  });
  return { source, crash };
}
