import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** Secrets of one local installation: they exist nowhere else, so nothing that leaks from here opens anything. */
export interface LocalSecrets {
  /** Key of the pseudonyms of investors (S100). */
  readonly investorHmacKey: string;
  /** Shared by the world's broker and the signed HTTP ingest. */
  readonly ingestSecret: string;
}

/** Read the secrets of a state folder, or make them there, readable by its owner only. */
export function localSecrets(stateDir: string): LocalSecrets {
  const file = path.join(stateDir, 'data', 'secrets.json');
  if (fs.existsSync(file)) return JSON.parse(fs.readFileSync(file, 'utf8')) as LocalSecrets;
  const secrets: LocalSecrets = {
    investorHmacKey: randomBytes(32).toString('base64url'),
    ingestSecret: `whsec_${randomBytes(32).toString('base64')}`,
  };
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
  return secrets;
}
