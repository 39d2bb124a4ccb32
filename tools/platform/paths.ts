import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const repositoryDir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** The one ignored folder: downloads shared by `npm start` and the tests, and the state of `npm start`. */
export const groundswellDir = path.join(repositoryDir, '.groundswell');
export const defaultPartsDir = path.join(groundswellDir, 'parts');
export const pomFile = path.join(repositoryDir, 'infra/platform/pom.xml');
export const log4jFile = path.join(repositoryDir, 'infra/platform/log4j2.xml');

/** Files of one state folder. */
export interface StatePaths {
  readonly dir: string;
  readonly data: string;
  readonly logs: string;
  /** Held by the running supervisor. */
  readonly lock: string;
  /** Pids, ports and addresses of the running platform, for a second `npm start`, `doctor` and people. */
  readonly run: string;
  /** Addresses of the services, written once all of them serve. */
  readonly urls: string;
}

export function statePaths(stateDir: string): StatePaths {
  const dir = path.resolve(stateDir);
  return {
    dir,
    data: path.join(dir, 'data'),
    logs: path.join(dir, 'logs'),
    lock: path.join(dir, 'supervisor.lock'),
    run: path.join(dir, 'run.json'),
    urls: path.join(dir, 'urls.json'),
  };
}
