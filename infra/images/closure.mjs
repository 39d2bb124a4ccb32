/**
 * What `npm ci --omit=dev -w <workspaces>` would install, read from the lock file: one install of the repository then serves every image.
 *
 * @param lock parsed package-lock.json (version 3)
 * @param workspaces folders of the workspaces that an image starts from
 * @param manifestOf package.json of a workspace: npm lets the lock file's copy of it lag behind
 * @returns folders of workspaces and of packages below node_modules, sorted
 */
export function closureOf(lock, workspaces, manifestOf) {
  const found = new Set();
  const waiting = [...workspaces];
  for (let location = waiting.pop(); location !== undefined; location = waiting.pop()) {
    if (found.has(location)) continue;
    found.add(location);
    const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } =
      isPackage(location) ? lock.packages[location] : manifestOf(location);
    const needed = { ...dependencies, ...optionalDependencies, ...peerDependencies };
    for (const name of Object.keys(needed)) {
      if (dependencies?.[name] === undefined && peerDependenciesMeta?.[name]?.optional) continue;
      const target = resolve(lock, location, name);
      if (target !== undefined) waiting.push(target);
      else if (optionalDependencies?.[name] === undefined)
        throw new Error(`${location} needs ${name}, which the lock file does not have`);
    }
  }
  return {
    workspaces: [...found].filter((dir) => !isPackage(dir)).sort(),
    packages: [...found].filter(isPackage).sort(),
  };
}

const isPackage = (dir) => dir.includes('node_modules/');

/** As Node looks for a package: the nearest node_modules above. */
function resolve(lock, location, name) {
  for (let dir = location; ; dir = parentOf(dir)) {
    const candidate = dir === '' ? `node_modules/${name}` : `${dir}/node_modules/${name}`;
    const entry = lock.packages[candidate];
    if (entry !== undefined) return entry.link === true ? entry.resolved : candidate;
    if (dir === '') return undefined;
  }
}

/** The folder that holds the node_modules in which a package is; the root for a workspace. */
function parentOf(dir) {
  const at = dir.lastIndexOf('node_modules/');
  return at <= 0 ? '' : dir.slice(0, at - 1);
}
