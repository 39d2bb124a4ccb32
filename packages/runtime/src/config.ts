import { GroundswellError } from '@groundswell/domain';
import type { z } from 'zod';

/** One setting: where it is read, what it may be, and one sentence with its unit. */
export interface Field<T> {
  readonly env: string;
  readonly schema: z.ZodType<T>;
  readonly doc: string;
  /** Why production refuses this value (S71), as the end of a sentence, never quoting a secret; null = it does not. */
  production?(value: T): string | null;
}

/** Several settings that make one value: where a part is, and how both sides prove who they are. */
export interface FieldGroup<T> {
  readonly fields: Fields;
  /** What is wrong is said by `refuse`, a sentence each; the value is not used then. */
  build(values: Readonly<Record<string, unknown>>, context: GroupContext): T;
}

export interface GroupContext {
  readonly isProduction: boolean;
  /** Whether GW_ALLOW_PLAINTEXT names this part. */
  allowsPlaintext(part: string): boolean;
  refuse(sentence: string): void;
}

export type Fields = Readonly<Record<string, Field<unknown> | FieldGroup<unknown>>>;
export type ConfigOf<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Field<infer T> | FieldGroup<infer T> ? T : never;
};
type Env = Readonly<Record<string, string | undefined>>;

export class BadConfigError extends GroundswellError {
  constructor(problems: readonly string[]) {
    super(`the configuration is not usable:\n${problems.map((line) => `  ${line}`).join('\n')}`, {
      code: 'GW_BAD_CONFIG',
      retriable: false,
    });
  }
}

export function field<T>(env: string, schema: z.ZodType<T>, doc: string): Field<T> {
  return { env, schema, doc };
}

/** Production is what images and chart say it is; GW_ENV is for what runs outside of them. */
export function isProduction(env: Env): boolean {
  return env['NODE_ENV'] === 'production' || env['GW_ENV'] === 'production';
}

/**
 * Read every field from the environment; an empty string counts as unset. In production what is unsafe is refused too (S71).
 * @throws BadConfigError naming each bad field
 */
export function loadConfig<F extends Fields>(declared: F, env: Env): ConfigOf<F> {
  const problems: string[] = [];
  const plaintext = (env['GW_ALLOW_PLAINTEXT'] ?? '').split(',').map((part) => part.trim());
  const context: GroupContext = {
    isProduction: isProduction(env),
    allowsPlaintext: (part) => plaintext.includes(part),
    refuse: (sentence) => void problems.push(sentence),
  };
  if (context.isProduction && env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    problems.push('NODE_TLS_REJECT_UNAUTHORIZED: 0 accepts every certificate: unset it.');
  }
  const values = readFields(declared, env, context);
  if (problems.length > 0) throw new BadConfigError(problems);
  return Object.freeze(values) as ConfigOf<F>;
}

function readFields(declared: Fields, env: Env, context: GroupContext): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, one] of Object.entries(declared)) {
    values[name] = 'build' in one ? readGroup(one, env, context) : readField(one, env, context);
  }
  return values;
}

/** A group is built only from fields that are good each by itself. */
function readGroup(group: FieldGroup<unknown>, env: Env, context: GroupContext): unknown {
  const refused: string[] = [];
  const refuse = (sentence: string): void => void refused.push(sentence);
  const values = readFields(group.fields, env, { ...context, refuse });
  for (const sentence of refused) context.refuse(sentence);
  return refused.length === 0 ? group.build(values, context) : undefined;
}

function readField(declared: Field<unknown>, env: Env, context: GroupContext): unknown {
  const { env: variable, schema, doc } = declared;
  const text = env[variable];
  const parsed = schema.safeParse(text === '' ? undefined : text);
  if (parsed.success) {
    const unsafe = context.isProduction ? (declared.production?.(parsed.data) ?? null) : null;
    if (unsafe !== null) context.refuse(`${variable}: ${unsafe}. ${doc}`);
    return parsed.data;
  }
  const why = parsed.error.issues.map((issue) => issue.message).join('; ');
  context.refuse(`${variable}: ${text === undefined ? 'is not set' : why}. ${doc}`);
  return undefined;
}
