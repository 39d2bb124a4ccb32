/**
 * Says what an image holds, as JSON on standard output; runs inside of it, from standard input:
 *
 *   docker run --rm -i --entrypoint node <image> --input-type=module - < infra/images/look-inside.mjs
 */
import fs from 'node:fs';
import path from 'node:path';

const root = '/app';
const files = fs
  .readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => path.join(entry.parentPath, entry.name));
const own = files.filter((file) => !file.includes('/node_modules/'));
const SECRET = /whsec_[A-Za-z0-9+/]{32}|-----BEGIN [A-Z ]*PRIVATE KEY|_authToken=|canary-secret/;

const packages = files
  .filter((file) => /\/node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(file))
  .map((file) => JSON.parse(fs.readFileSync(file, 'utf8')))
  .filter(({ name, version }) => name !== undefined && version !== undefined)
  .map(({ name, version }) => `${name}@${version}`);

const report = {
  uid: process.getuid?.(),
  packages: [...new Set(packages)].sort(),
  /** Sources, tests, settings and keys have nothing to do in an image. */
  strays: files.filter(
    (file) =>
      /(^|\/)(\.env|\.npmrc|\.git)(\/|$)|\.(pem|key|tsbuildinfo|tgz)$/.test(file) ||
      (own.includes(file) && /\.tsx?$|\/test\/|package-lock/.test(file)),
  ),
  secrets: own.filter((file) => SECRET.test(fs.readFileSync(file, 'utf8'))),
  writable: files.filter((file) => {
    try {
      fs.accessSync(file, fs.constants.W_OK);
      return true;
    } catch {
      return false;
    }
  }),
};
process.stdout.write(JSON.stringify(report));
