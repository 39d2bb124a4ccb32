import fs from 'node:fs';
import path from 'node:path';
import { closureOf } from './closure.mjs';

const rootDir = path.resolve(import.meta.dirname, '../..');
const readJson = (file) => JSON.parse(fs.readFileSync(path.join(rootDir, file), 'utf8'));
const special = readJson('infra/images/images.json');
const services = fs.readdirSync(path.join(rootDir, 'services')).sort();

/** Every image, by name: one per service, and what images.json adds. */
export const imageNames = [...new Set([...services, ...Object.keys(special)])].sort();

/**
 * What an image is made of: `entry` is what it runs; `workspaces` and `packages` all that it needs, as folders; `folders` are copied as they
 * are; `isJob` marks one that ends by itself. In images.json `packages` are those of the root that a program of tools/ needs.
 *
 * @throws Error when there is no such image
 */
export function layoutOf(image) {
  if (!imageNames.includes(image)) throw new Error(`no image is called "${image}"`);
  const { entry, workspaces, folders, packages, isJob } = {
    entry: `services/${image}/dist/src/main.js`,
    workspaces: [`services/${image}`],
    folders: [],
    packages: [],
    isJob: false,
    ...special[image],
  };
  const manifestOf = (dir) => readJson(`${dir}/package.json`);
  const closure = closureOf(readJson('package-lock.json'), workspaces, manifestOf);
  const ofRoot = packages.map((name) => `node_modules/${name}`);
  return { entry, folders, isJob, ...closure, packages: [...closure.packages, ...ofRoot].sort() };
}
