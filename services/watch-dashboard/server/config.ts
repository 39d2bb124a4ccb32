import { resolve } from 'node:path';
import { field, fields } from '@groundswell/runtime';
import { z } from 'zod';
import { builtWebRoot } from './build-web.ts';

const url = (env: string, fallback: string, doc: string) =>
  field(env, z.url({ protocol: /^https?$/ }).default(fallback), doc);

/** Addresses are what the *browser* must reach; they also make the content security policy. */
export const config = {
  host: fields.host,
  port: fields.port(8090),
  apiUrl: url('API_URL', 'http://127.0.0.1:8080', 'Base URL of serve-api as browsers reach it.'),
  liveUrl: url(
    'LIVE_URL',
    'http://127.0.0.1:8081',
    'Base URL of serve-live, as browsers reach it.',
  ),
  issuerUrl: url(
    'ISSUER_URL',
    'http://127.0.0.1:8082',
    'Base URL of the development token issuer, as browsers reach it.',
  ),
  webRoot: field(
    'WEB_ROOT',
    z
      .string()
      .default(builtWebRoot)
      .transform((path) => resolve(path)),
    'Folder of the built page.',
  ),
} as const;
