import { randomBytes } from 'node:crypto';

/** Address of a real part, set by `npm test`. */
function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(
      `${name} is not set: integration tests run on real parts, start them by \`npm test\``,
    );
  }
  return value;
}

export function testBrokers(): readonly string[] {
  return required('KAFKA_BROKERS').split(',');
}

export function testRegistryUrl(): string {
  return required('SCHEMA_REGISTRY_URL');
}

/** A name that no other test uses. */
export function uniqueName(stem: string): string {
  return `${stem}-${randomBytes(5).toString('hex')}`;
}
