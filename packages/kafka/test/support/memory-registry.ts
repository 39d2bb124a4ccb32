import { SchemaUnknownError, type RegistryClient } from '@groundswell/kafka';

/** Schemas by id, in memory; `lookup` finds what was put in. For codec tests: the real registry is in the integration tests. */
export function memoryRegistry(
  texts: ReadonlyMap<number, string>,
): RegistryClient & { asked: number[] } {
  const asked: number[] = [];
  const refuse = (): never => {
    throw new SchemaUnknownError('not in this registry');
  };
  return {
    asked,
    schemaById: async (id) => {
      asked.push(id);
      return await Promise.resolve(texts.get(id) ?? refuse());
    },
    lookup: async (_, text) => {
      const found = [...texts].find(([, known]) => known === text);
      return await Promise.resolve(found?.[0] ?? refuse());
    },
    latest: refuse,
    setCompatibility: refuse,
    checkCompatibility: refuse,
    register: refuse,
  };
}
