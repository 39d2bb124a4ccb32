import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { generateSigningKeyPem } from '@groundswell/auth';
import { field, fields, healthRoutes, runService } from '@groundswell/runtime';
import { createDevIssuer } from './issuer.ts';

const config = {
  host: fields.host,
  port: fields.port(8082),
  publicUrl: field(
    'PUBLIC_URL',
    z.url({ protocol: /^https?$/ }).optional(),
    'Address by which browsers reach it, `iss` of its tokens; where it listens if unset.',
  ),
  environment: field(
    'GW_ENV',
    z
      .string()
      .default('development')
      .refine((name) => name !== 'production', {
        error: 'this issuer gives tokens to everybody and does not run in production',
      }),
    'Kind of installation; anything but production.',
  ),
  stateDir: field('STATE_DIR', z.string().default('.groundswell'), 'Folder that keeps the key.'),
  audience: field('TOKEN_AUDIENCE', z.string().default('groundswell'), '`aud` of the tokens.'),
  investorHmacKey: field(
    'INVESTOR_HMAC_KEY_V1',
    z.string().min(16),
    'Key of the pseudonyms, the same as of connect-brokerage.',
  ),
  tenant: field('TENANT', z.string().default('demo'), 'Tenant of the investors.'),
  allowedOrigins: field(
    'ALLOWED_ORIGINS',
    z
      .string()
      .default('http://127.0.0.1:8090,http://localhost:8090')
      .transform((text) => text.split(',').map((origin) => origin.trim())),
    'Comma-separated browser origins that may ask for tokens.',
  ),
} as const;

await runService(
  'dev-issuer',
  config,
  async ({ config, log, metrics, health, lifecycle, clock }) => {
    const { host, port, publicUrl } = config;
    const issuer = await createDevIssuer({
      host,
      port,
      ...(publicUrl === undefined ? {} : { publicUrl: new URL(publicUrl).origin }),
      privateKeyPem: keptKey(join(config.stateDir, 'dev-issuer-key.pem')),
      audience: config.audience,
      investorHmacKey: config.investorHmacKey,
      tenant: config.tenant,
      allowedOrigins: config.allowedOrigins,
      clock,
      healthRoutes: healthRoutes(health, metrics),
    });
    lifecycle.onStop('issuer', () => issuer.stop());
    log.info('development issuer listening', { url: issuer.url });
  },
);

/** The key survives restarts, so that an open page stays signed in. */
function keptKey(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(path, generateSigningKeyPem(), { mode: 0o600, flag: 'wx' });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
  }
  return readFileSync(path, 'utf8');
}
