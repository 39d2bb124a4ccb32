import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Download } from '../downloads.ts';
import { PlatformError } from '../errors.ts';
import { httpAnswers } from '../probes.ts';
import { javaCommand } from '../requirements.mjs';
import { fetchPart, type Part, type PartContext } from './part.ts';
import { postgresPassword, postgresUser } from './postgres.ts';

const run = promisify(execFile);

const registryDownload: Download = {
  name: 'registry',
  goal: ['dependency:copy'],
  // By tar and not by Maven: its unarchiver writes a folder of header records for the long file names.
  async finish(dir) {
    const archive = fs.readdirSync(dir).find((name) => name.endsWith('.tar.gz'));
    if (archive === undefined)
      throw new PlatformError('Maven did not deliver the archive of the schema registry.');
    await run('tar', ['-xzf', archive], { cwd: dir });
    fs.rmSync(path.join(dir, archive));
  },
};

/** Apicurio registry with its own database on the local Postgres, so that schema ids survive a restart. */
export function createRegistryPart(context: PartContext, port: number, postgresPort: number): Part {
  const { paths, env } = context;
  const address = `http://127.0.0.1:${port}/apis/ccompat/v7`;
  return {
    name: 'registry',
    address,
    needs: ['postgres'],
    async prepare() {
      const dir = await fetchPart(context, registryDownload);
      const jar = fs.readdirSync(dir).find((name) => name.endsWith('-runner.jar'));
      if (jar === undefined)
        throw new PlatformError(`The schema registry in ${dir} has no runner jar.`);
      return {
        command: javaCommand(env),
        args: [
          '-Xms64m',
          '-Xmx384m',
          // It serves a few requests per start: compiled well later is worse than compiled at once.
          '-XX:TieredStopAtLevel=1',
          '-XX:+UseSerialGC',
          '-Dquarkus.http.host=127.0.0.1',
          `-Dquarkus.http.port=${port}`,
          '-Dapicurio.storage.kind=sql',
          '-Dapicurio.storage.sql.kind=postgresql',
          `-Dapicurio.datasource.url=jdbc:postgresql://127.0.0.1:${postgresPort}/registry`,
          `-Dapicurio.datasource.username=${postgresUser}`,
          '-Dapicurio.rules.global.compatibility=BACKWARD',
          '-jar',
          path.join(dir, jar),
        ],
        env: { ...env, APICURIO_DATASOURCE_PASSWORD: postgresPassword },
        cwd: paths.data,
        probe: () => httpAnswers(`${address}/subjects`),
        readyWithinMs: 60_000,
        stopSignal: 'SIGTERM',
        stopWithinMs: 5000,
      };
    },
  };
}
