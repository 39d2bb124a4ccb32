/**
 * Lays out what one image holds, from a compiled repository: compiled JavaScript of its workspaces, the production packages that they need,
 * the list of components (CycloneDX) and the programs that Docker starts. Runs in the build stage of the Dockerfiles:
 *
 *   node infra/images/assemble.mjs <image> <empty folder>
 */
import fs from 'node:fs';
import path from 'node:path';
import { layoutOf } from './layout.mjs';
import { sbomOf } from './sbom.mjs';

/** Types and source maps serve editors; here they only weigh. */
const DEVELOPMENT = /\.(d\.[cm]?ts|map|tsbuildinfo)$/;

const rootDir = path.resolve(import.meta.dirname, '../..');
const [image = '', outDir = ''] = process.argv.slice(2);
const { entry, workspaces, folders, packages, isJob } = layoutOf(image);
const readJson = (file) => JSON.parse(fs.readFileSync(path.join(rootDir, file), 'utf8'));
const write = (file, text) => fs.writeFileSync(path.join(outDir, file), text);

for (const dir of packages) copy(dir);
fs.mkdirSync(path.join(outDir, 'node_modules/@groundswell'), { recursive: true });
for (const dir of workspaces) {
  const { name, exports } = readJson(`${dir}/package.json`);
  copy(`${dir}/package.json`);
  copy(`${dir}/dist/src`);
  // Files that are not code and that another package asks for by name.
  const assets = Object.keys(exports).filter((key) => key.endsWith('/*'));
  for (const key of assets) copy(path.join(dir, key.slice(0, -2)));
  fs.symlinkSync(path.join('../..', dir), path.join(outDir, 'node_modules', name));
}
for (const dir of [...folders, entryFolder()]) copy(dir);

const { name, version } = readJson('package.json');
write('package.json', JSON.stringify({ name, version, private: true, type: 'module' }));
write('sbom.cdx.json', sbomOf(image));
// Process 1 without a handler does not hear SIGTERM; services have theirs.
const onSignal = isJob ? "process.once('SIGTERM', () => process.exit(143));\n" : '';
write('main.mjs', `${onSignal}await import('./${entry}');\n`);
fs.copyFileSync(path.join(import.meta.dirname, 'health.mjs'), path.join(outDir, 'health.mjs'));

/** A program may import its neighbours: its whole compiled folder comes along. */
function entryFolder() {
  return entry.startsWith('tools/dist/images/') ? 'tools/dist/images' : path.dirname(entry);
}

/** A folder comes without the packages inside of it: those that are needed are named themselves. */
function copy(relative) {
  const from = path.join(rootDir, relative);
  if (!fs.existsSync(from) && relative.startsWith('node_modules/')) return; // optional, of another system
  fs.cpSync(from, path.join(outDir, relative), {
    recursive: true,
    filter: (file) => !file.slice(from.length).includes('node_modules') && !DEVELOPMENT.test(file),
  });
}
