import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { SchemaFile } from './avro-model.ts';
import { jsonSchemaOf } from './json-schema.ts';

interface ChannelYaml {
  readonly address: string;
  readonly sizes?: readonly string[];
  readonly description: string;
  readonly value_key: string;
  readonly scopes: readonly string[];
  readonly record: string;
  readonly fields?: readonly string[];
}
export type ChannelsYaml = Readonly<Record<string, ChannelYaml>>;

export function readChannels(path: string): ChannelsYaml {
  return (parse(readFileSync(path, 'utf8')) as { channels: ChannelsYaml }).channels;
}

/** Fields of the log that no client sees (`schemas/src/live.ts`). */
const INNER = ['event_id', 'ref_event_id', 'sequence', 'event_time_nanos_rem', 'positions'];

/** AsyncAPI 3 of the push surface: Socket.io over WebSocket, one logical channel per address, all carried by `frame` events. */
export function asyncapiOfLive(channels: ChannelsYaml, schemas: readonly SchemaFile[]): object {
  const entries = Object.entries(channels);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Groundswell live',
      version: '1.0.0',
      description:
        'Snapshot, then frames that cover (from, seq], and an honest verdict after a reconnect. `subscribe {channel, cursor?}` opens a channel; `frame` brings items of all of them. The protocol is explained in schemas/live/channels.md.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      local: {
        host: '127.0.0.1:8081',
        protocol: 'ws',
        pathname: '/socket.io/',
        description: 'The platform of `npm start`',
        security: [{ $ref: '#/components/securitySchemes/token' }],
        'x-socketio-version': 4,
        'x-socketio-namespace': '/',
      },
    },
    channels: Object.fromEntries(
      entries.map(([name, channel]) => [
        name,
        {
          address: channel.address,
          description: `${channel.description}. Value key: \`${channel.value_key}\`. Open to: ${channel.scopes.join(', ')}.`,
          ...parametersOf(channel),
          messages: { [`${name}_item`]: { $ref: `#/components/messages/${name}_item` } },
          'x-scopes': channel.scopes,
          'x-socketio-event': 'frame',
        },
      ]),
    ),
    operations: Object.fromEntries(
      entries.map(([name]) => [
        `receive_${name}`,
        {
          action: 'send',
          summary: `serve-live sends items of ${name}`,
          channel: { $ref: `#/channels/${name}` },
          'x-socketio-subscribe': { event: 'subscribe', ack: true },
        },
      ]),
    ),
    components: {
      securitySchemes: {
        token: {
          type: 'userPassword',
          description: 'An access token in the Socket.io handshake: auth {token}.',
        },
      },
      messages: Object.fromEntries(
        entries.map(([name, { record, fields, description }]) => {
          const schema = schemas.find(({ id }) => id === record);
          if (schema === undefined)
            throw new TypeError(`channel ${name} names no schema ${record}`);
          const all = schema.record.fields.map((field) => field.name);
          const shown = fields ?? all.filter((field) => !INNER.includes(field));
          return [
            `${name}_item`,
            {
              summary: description,
              payload: {
                type: 'object',
                required: ['key', 'lineage', 'ver', 'data'],
                properties: {
                  key: {
                    type: 'string',
                    description: 'Value key; a newer item of the same key replaces it.',
                  },
                  lineage: { type: 'integer' },
                  ver: {
                    oneOf: [
                      { type: 'integer' },
                      {
                        type: 'object',
                        required: ['partition', 'offset'],
                        properties: { partition: { type: 'integer' }, offset: { type: 'integer' } },
                      },
                    ],
                  },
                  data: jsonSchemaOf(schema.record, shown),
                },
              },
            },
          ];
        }),
      ),
    },
  };
}

function parametersOf({ address, sizes }: ChannelYaml): object {
  const names = [...address.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  if (names.length === 0) return {};
  return {
    parameters: Object.fromEntries(
      names.map((name) => [
        name,
        name === 'size'
          ? { enum: sizes ?? [], description: 'Window size' }
          : { description: `The ${name}` },
      ]),
    ),
  };
}
