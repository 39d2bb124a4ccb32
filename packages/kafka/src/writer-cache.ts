import type { Type } from 'avsc';
import { InvariantError } from '@groundswell/domain';
import { UndecodableError } from '@groundswell/stream';
import { avroType } from './avro-types.ts';
import { SchemaMismatchError, SchemaUnknownError } from './errors.ts';
import type { RegistryClient } from './registry-client.ts';

/** How to read what one schema id wrote. Without a resolver the writer's schema is ours. */
export interface Writer {
  readonly type: Type;
  readonly resolver: unknown;
}

export interface WriterCache {
  /** Nothing has to be asked for this id. */
  isSettled(id: number): boolean;
  /** @throws RegistryUnavailableError; that an id is unknown or does not fit is kept for {@link get} to say */
  resolve(id: number): Promise<void>;
  /** @throws UndecodableError schema_unknown | schema_mismatch */
  get(id: number): Writer;
}

/** Writer schemas by id, matched with the reader's. Ids never change their meaning, so what fits or does not is kept for ever. */
export function createWriterCache(
  registry: RegistryClient,
  reader: Type,
  readerText: string,
): WriterCache {
  const known = new Map<number, Writer | SchemaMismatchError | SchemaUnknownError>();

  return {
    isSettled: (id) => known.has(id) && !(known.get(id) instanceof SchemaUnknownError),
    resolve: async (id) => {
      try {
        const text = await registry.schemaById(id);
        known.set(id, text === readerText ? ownWriter(reader) : match(reader, text));
      } catch (thrown) {
        // An unknown id may be registered a moment later: the registry client forgets it after a while, and we ask again.
        const isVerdict =
          thrown instanceof SchemaUnknownError || thrown instanceof SchemaMismatchError;
        if (!isVerdict) throw thrown;
        known.set(id, thrown);
      }
    },
    get: (id) => {
      const writer = known.get(id);
      if (writer === undefined) throw new InvariantError('decode before prepare', { schemaId: id });
      if (writer instanceof SchemaUnknownError) {
        throw new UndecodableError('schema_unknown', writer);
      }
      if (writer instanceof SchemaMismatchError) {
        throw new UndecodableError('schema_mismatch', writer);
      }
      return writer;
    },
  };
}

function ownWriter(reader: Type): Writer {
  return { type: reader, resolver: undefined };
}

/** @throws SchemaMismatchError when another type of record wrote it (G7), or it cannot be read as ours */
function match(reader: Type, text: string): Writer {
  const writer = avroType(text);
  if (writer.name !== reader.name) {
    throw new SchemaMismatchError('the record was written as another type', {
      written: writer.name ?? writer.typeName,
      expected: reader.name ?? reader.typeName,
    });
  }
  try {
    return { type: reader, resolver: reader.createResolver(writer) };
  } catch (cause) {
    throw new SchemaMismatchError('the writer schema cannot be read as ours', {}, cause);
  }
}
