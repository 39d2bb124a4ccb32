import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** Secrets of one local installation: they exist nowhere else, so nothing that leaks from here opens anything. */
export interface LocalSecrets {
  /** Key of the pseudonyms of investors (S100). */
  readonly investorHmacKey: string;
  /** Key of the pseudonyms of social authors: another one, so that the two can never be joined (R4). */
  readonly authorHmacKey: string;
  /** Shared by the world's broker and the signed HTTP ingest. */
  readonly ingestSecret: string;
  /** Shared by `npm run import` and the signed HTTP ingest. */
  readonly importSecret: string;
}

/** Read the secrets of a state folder, or make them there, readable by its owner only. What an older folder lacks is added. */
export function localSecrets(stateDir: string): LocalSecrets {
  const file = path.join(stateDir, 'data', 'secrets.json');
  const kept = fs.existsSync(file)
    ? (JSON.parse(fs.readFileSync(file, 'utf8')) as Partial<LocalSecrets>)
    : {};
  const secrets: LocalSecrets = {
    investorHmacKey: randomBytes(32).toString('base64url'),
    authorHmacKey: randomBytes(32).toString('base64url'),
    ingestSecret: `whsec_${randomBytes(32).toString('base64')}`,
    importSecret: `whsec_${randomBytes(32).toString('base64')}`,
    ...kept,
  };
  if (Object.keys(kept).length < Object.keys(secrets).length) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
  }
  return secrets;
}
