import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { imageNames, layoutOf } from './layout.mjs';

const rootDir = path.resolve(import.meta.dirname, '../..');

/**
 * Packages of an image as CycloneDX 1.5. It holds nothing that differs from run to run, so the committed copy in infra/images/sbom shows in
 * review what an image gained or lost (S87). `node infra/images/sbom.mjs` writes those copies.
 */
export function sbomOf(image) {
  const lock = JSON.parse(fs.readFileSync(path.join(rootDir, 'package-lock.json'), 'utf8'));
  const components = layoutOf(image).packages.map((dir) => {
    const { version, license, integrity } = lock.packages[dir];
    const name = dir.slice(dir.lastIndexOf('node_modules/') + 'node_modules/'.length);
    return {
      type: 'library',
      name,
      version,
      purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
      ...(license === undefined ? {} : { licenses: [licenceOf(license)] }),
      ...(integrity === undefined ? {} : { hashes: [hashOf(integrity)] }),
    };
  });
  // The same version may lie in two folders: it is one component.
  const byPurl = new Map(components.map((one) => [one.purl, { 'bom-ref': one.purl, ...one }]));
  const sbom = {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: { 'bom-ref': image, type: 'container', name: `groundswell/${image}` } },
    components: [...byPurl.keys()].sort().map((purl) => byPurl.get(purl)),
  };
  return `${JSON.stringify(sbom, null, 2)}\n`;
}

/** Where the committed copy of an image is. */
export const sbomFile = (image) => path.join(import.meta.dirname, 'sbom', `${image}.cdx.json`);

/** An expression such as "(MIT OR CC0-1.0)" is not an id. */
function licenceOf(license) {
  return /^[\w.+-]+$/.test(license) ? { license: { id: license } } : { expression: license };
}

/** npm writes `sha512-<base64>`, CycloneDX hexadecimal. */
function hashOf(integrity) {
  const [algorithm, value] = integrity.split(' ')[0].split(/-(.*)/s);
  const alg = algorithm.toUpperCase().replace('SHA', 'SHA-');
  return { alg, content: Buffer.from(value, 'base64').toString('hex') };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  fs.mkdirSync(path.join(import.meta.dirname, 'sbom'), { recursive: true });
  for (const image of imageNames) fs.writeFileSync(sbomFile(image), sbomOf(image));
}
