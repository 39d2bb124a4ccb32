/**
 * Writes `.env` beside this file: `.env.example` with a random value for every secret that is empty in it. What an older `.env` has stays;
 * what it lacks is added. Readable by its owner only.
 *
 *   node infra/compose/make-env.mjs [NAME=value ...] [--to <file>]
 */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  options: { to: { type: 'string' } },
  allowPositionals: true,
});
const file = values.to ?? path.join(import.meta.dirname, '.env');
const example = fs.readFileSync(path.join(import.meta.dirname, '.env.example'), 'utf8');
const kept = fs.existsSync(file) ? settingsOf(fs.readFileSync(file, 'utf8')) : new Map();
const given = settingsOf(positionals.join('\n'));

const text = example.replace(/^([A-Z0-9_]+)=(.*)$/gm, (_, name, fallback) => {
  const value = given.get(name) ?? kept.get(name) ?? (fallback === '' ? secret(name) : fallback);
  return `${name}=${value}`;
});
fs.writeFileSync(file, text, { mode: 0o600 });

function settingsOf(text) {
  return new Map(
    [...text.matchAll(/^([A-Z0-9_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  );
}

/** 32 random bytes; secrets of the signed ingest carry their kind. */
function secret(name) {
  return name === 'INGEST_SECRET'
    ? `whsec_${randomBytes(32).toString('base64')}`
    : randomBytes(32).toString('base64url');
}
