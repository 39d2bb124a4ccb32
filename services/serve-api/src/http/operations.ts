import { InvariantError } from '@groundswell/domain';
import { scopes, type Scope } from '@groundswell/auth';

/** One operation of the OpenAPI document. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  /** As in the document: `/v1/instruments/{id}`. */
  readonly path: string;
  /** Any one of them is enough; empty = open to everybody, on purpose. */
  readonly scopes: readonly Scope[];
  /** Query parameters that it takes. */
  readonly queryNames: ReadonlySet<string>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
}

interface DocumentOperation {
  readonly operationId?: string;
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[];
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
}

/** All operations of a document. @throws InvariantError for one without id or without declared scopes (S8) */
export function operationsOf(document: Readonly<Record<string, unknown>>): readonly Operation[] {
  const paths = document['paths'] as Readonly<
    Record<string, Readonly<Record<string, DocumentOperation>>>
  >;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, security, parameters = [] }]) => {
      if (operationId === undefined || security === undefined) {
        throw new InvariantError('an operation without id or scopes', { path, method });
      }
      const allowed = security.flatMap((alternative) => alternative['bearer'] ?? []);
      const unknown = allowed.find((scope) => !isScope(scope));
      if (unknown !== undefined) throw new InvariantError('an unknown scope', { path, unknown });
      if (security.length > 0 && allowed.length !== security.length) {
        throw new InvariantError('an alternative must name one scope', { path });
      }
      const queryNames = parameters
        .map((parameter) => resolved(document, parameter))
        .filter((parameter) => parameter.in === 'query')
        .map(({ name }) => name);
      return {
        id: operationId,
        method,
        path,
        scopes: allowed.filter(isScope),
        queryNames: new Set(queryNames),
      };
    }),
  );
}

/** `/v1/instruments/{id}` -> `/v1/instruments/:id` */
export function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

/** Follows `#/components/parameters/<name>`. */
function resolved(
  document: Readonly<Record<string, unknown>>,
  parameter: Parameter | { readonly $ref: string },
): Parameter {
  if (!('$ref' in parameter)) return parameter;
  const components = document['components'] as {
    readonly parameters: Readonly<Record<string, Parameter>>;
  };
  const found = components.parameters[parameter.$ref.split('/').at(-1) ?? ''];
  if (found === undefined) throw new InvariantError('a parameter that is not defined');
  return found;
}

function isScope(text: string): text is Scope {
  return (scopes as readonly string[]).includes(text);
}
