import { readFileSync } from 'node:fs';
import { field, fields } from '@groundswell/runtime';
import { z } from 'zod';

const secret = z
  .string()
  .regex(
    /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/,
    'a secret must be whsec_ and at least 24 bytes in base64',
  );
const sendersShape = z.record(
  z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/, 'a sender is lower case letters, digits, dashes'),
  z.object({ secrets: z.array(secret).min(1) }),
);

/** Messages name the rule, never the value: it holds secrets. */
const senders = z.string().transform((text, context) => {
  let json: unknown;
  try {
    json = JSON.parse(text.startsWith('@') ? readFileSync(text.slice(1), 'utf8') : text);
  } catch {
    context.addIssue({ code: 'custom', message: 'is not JSON, or its file cannot be read' });
    return z.NEVER;
  }
  const parsed = sendersShape.safeParse(json);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues)
    context.addIssue({ code: 'custom', message: issue.message });
  return z.NEVER;
});

export const config = {
  lane: fields.lane,
  host: fields.host,
  port: fields.port(8083),
  kafka: fields.kafka,
  registry: fields.registry,
  database: fields.database,
  codeVersion: fields.codeVersion,
  senders: field(
    'SENDERS',
    senders,
    'JSON {"sender":{"secrets":["whsec_..."]}}, or @file; several secrets while one is rotated.',
  ),
  investorHmacKey: fields.key(
    'INVESTOR_HMAC_KEY_V1',
    'Key of the pseudonyms of investors and accounts, version 1.',
  ),
  tenant: field('TENANT', z.string().min(1).default('demo'), 'Tenant of the investors.'),
  aliasRefreshMs: field(
    'ALIAS_REFRESH_MS',
    z.coerce.number().int().positive().default(60_000),
    'How often the alias table is read again, ms.',
  ),
  answerHours: field(
    'ANSWER_HOURS',
    z.coerce.number().int().positive().default(168),
    'How long answers to requests are kept, h; longer than any sender retries.',
  ),
} as const;
