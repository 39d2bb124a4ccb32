import type { RegistryAccess } from '@groundswell/runtime';
import { RegistryUnavailableError, SchemaIncompatibleError, SchemaUnknownError } from './errors.ts';
import { askRegistry, type RegistryAnswer } from './registry-http.ts';
import { UnknownIds } from './unknown-ids.ts';

export interface RegisteredSchema {
  readonly id: number;
  readonly version: number;
  readonly text: string;
}

export interface CompatibilityVerdict {
  readonly compatible: boolean;
  readonly messages: readonly string[];
}

/** The part of the Confluent registry API that we use; Confluent, Karapace and Apicurio answer it alike. */
export interface RegistryClient {
  /** @throws SchemaUnknownError | RegistryUnavailableError. An unknown id is remembered for 30 s (G3). */
  schemaById(id: number): Promise<string>;
  /** Id of exactly this text under the subject. @throws SchemaUnknownError when it was not deployed */
  lookup(subject: string, text: string): Promise<number>;
  latest(subject: string): Promise<RegisteredSchema | null>;
  /** Works before the subject exists, so that its first registration is checked too. */
  setCompatibility(subject: string, level: string): Promise<void>;
  checkCompatibility(subject: string, text: string): Promise<CompatibilityVerdict>;
  /** @returns the id; the same text again returns the same id. @throws SchemaIncompatibleError */
  register(subject: string, text: string): Promise<number>;
}

/** Without `tls` the public authorities are trusted, without `user` nobody is named. */
export interface RegistryClientOptions extends Partial<RegistryAccess> {
  /** Base URL, with the path of the Confluent API where the registry has one (`…/apis/ccompat/v7`). */
  readonly url: string;
  /** @default 2000 (G2) */
  readonly timeoutMs?: number;
}

export function createRegistryClient(options: RegistryClientOptions): RegistryClient {
  const { url, timeoutMs = 2_000 } = options;
  const ask = (method: string, path: string, body?: object): Promise<RegistryAnswer> =>
    askRegistry({
      url: `${url.replace(/\/$/, '')}${path}`,
      method,
      timeoutMs,
      body,
      access: options,
    });
  const unknown = new UnknownIds();

  return {
    schemaById: async (id) => {
      if (id < 1 || unknown.has(id)) throw new SchemaUnknownError('unknown schema id', { id });
      const answer = await ask('GET', `/schemas/ids/${id}`);
      if (answer.found) return field(answer, 'schema', 'string');
      unknown.add(id);
      throw new SchemaUnknownError('unknown schema id', { id });
    },
    lookup: async (subject, text) => {
      const answer = await ask('POST', `/subjects/${encode(subject)}?normalize=true`, schema(text));
      if (answer.found) return field(answer, 'id', 'number');
      throw new SchemaUnknownError('the schema is not registered: run the deploy step', {
        subject,
      });
    },
    latest: async (subject) => {
      const answer = await ask('GET', `/subjects/${encode(subject)}/versions/latest`);
      if (!answer.found) return null;
      return {
        id: field(answer, 'id', 'number'),
        version: field(answer, 'version', 'number'),
        text: field(answer, 'schema', 'string'),
      };
    },
    setCompatibility: async (subject, level) => {
      await ask('PUT', `/config/${encode(subject)}`, { compatibility: level });
    },
    checkCompatibility: async (subject, text) => {
      const path = `/compatibility/subjects/${encode(subject)}/versions/latest?verbose=true`;
      const answer = await ask('POST', path, schema(text));
      if (!answer.found) return { compatible: true, messages: [] };
      const { messages } = answer.body;
      return {
        compatible: field(answer, 'is_compatible', 'boolean'),
        messages: Array.isArray(messages) ? messages.map(String) : [],
      };
    },
    register: async (subject, text) => {
      const answer = await ask(
        'POST',
        `/subjects/${encode(subject)}/versions?normalize=true`,
        schema(text),
      );
      if (answer.found) return field(answer, 'id', 'number');
      throw new SchemaIncompatibleError('the registry refused the schema', { subject });
    },
  };
}

const encode = encodeURIComponent;

function schema(text: string): object {
  return { schema: text, schemaType: 'AVRO' };
}

interface TypeByName {
  readonly string: string;
  readonly number: number;
  readonly boolean: boolean;
}

/** A success without the field that makes it one is no answer: something else stands at that address. */
function field<T extends keyof TypeByName>(
  answer: RegistryAnswer,
  name: string,
  type: T,
): TypeByName[T] {
  const value = answer.body[name];
  if (typeof value !== type) {
    throw new RegistryUnavailableError('the registry answered without the expected field', {
      field: name,
    });
  }
  return value as TypeByName[T];
}
