import { createHmac } from 'node:crypto';
import type { Scope } from '@groundswell/auth';

/** The people that a developer can be, and what each may do (security.md, roles). */
export const personas = {
  viewer: { scopes: ['features:read'], summary: 'sees public features' },
  analyst: { scopes: ['features:read', 'history:read'], summary: 'sees history and exports too' },
  investor: {
    scopes: ['features:read', 'investor:self'],
    summary: 'sees public features and the own behaviour; needs `investor`',
  },
  ops: { scopes: ['features:read', 'history:read', 'ops'], summary: 'runs the platform; audited' },
  admin: {
    scopes: ['features:read', 'history:read', 'ops', 'admin'],
    summary: 'runs and configures the platform; audited',
  },
} as const satisfies Readonly<
  Record<string, { readonly scopes: readonly Scope[]; readonly summary: string }>
>;

export type Persona = keyof typeof personas;

export function isPersona(value: unknown): value is Persona {
  return typeof value === 'string' && Object.hasOwn(personas, value);
}

/** Pseudonym of a raw investor id, as connectors make it (S100): `v1:HMAC-SHA-256(key, tenant || 0x00 || raw id)`. */
export function investorKeyOf(hmacKey: string, tenant: string, rawId: string): string {
  return `v1:${createHmac('sha256', hmacKey).update(`${tenant}\0${rawId}`).digest('base64url')}`;
}
