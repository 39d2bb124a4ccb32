import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PlatformError } from './errors.ts';
import { withLock } from './lock.ts';
import { pomFile } from './paths.ts';

/** A part that Maven fetches: the profile of `infra/platform/pom.xml` that names it, and the goal that lays it out. */
export interface Download {
  readonly name: string;
  readonly goal: readonly string[];
  /** Finishes the layout in the folder that Maven filled, for example by unpacking an archive. */
  readonly finish?: (dir: string) => Promise<void>;
}

export interface DownloadContext {
  readonly partsDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly report: (detail: string) => void;
}

/** What a finished download looks like: one that differs is fetched again. */
interface Manifest {
  /** Digest of the pom: another version of a part is another download. */
  readonly pom: string;
  readonly bytesByFile: Readonly<Record<string, number>>;
}

const manifestName = '.complete.json';
const attempts = 3;

/**
 * The folder of a download, fetched if it is missing, damaged or of another version. Processes take turns by a lock; a
 * download appears under its name only when it is complete, so a killed one leaves nothing that looks whole.
 */
export async function download(part: Download, context: DownloadContext): Promise<string> {
  const { partsDir, report } = context;
  const dir = path.join(partsDir, part.name);
  if (isComplete(dir)) return dir;
  const lock = path.join(partsDir, 'download.lock');
  return withLock(
    lock,
    async () => {
      if (isComplete(dir)) return dir; // another process was faster
      removePartials(partsDir, part.name);
      const partial = fs.mkdtempSync(`${dir}.partial-`);
      await fetchWithMaven(part, partial, context);
      report('unpacking');
      await part.finish?.(partial);
      fs.writeFileSync(path.join(partial, manifestName), JSON.stringify(describe(partial)));
      fs.rmSync(dir, { recursive: true, force: true });
      fs.renameSync(partial, dir);
      return dir;
    },
    (holder) => {
      report(
        holder.pid === process.pid
          ? 'waiting for its turn'
          : `waiting for the downloads of process ${holder.pid}`,
      );
    },
  );
}

/** True if every file of the download is there in its full length. */
export function isComplete(dir: string): boolean {
  let manifest: Manifest;
  try {
    manifest = JSON.parse(fs.readFileSync(path.join(dir, manifestName), 'utf8')) as Manifest;
  } catch {
    return false;
  }
  if (manifest.pom !== pomDigest()) return false;
  return Object.entries(manifest.bytesByFile).every(
    ([file, bytes]) => fs.statSync(path.join(dir, file), { throwIfNoEntry: false })?.size === bytes,
  );
}

function describe(dir: string): Manifest {
  const files = fs.readdirSync(dir, { recursive: true, withFileTypes: true });
  const sizes = files
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => [path.relative(dir, file), fs.statSync(file).size] as const);
  return { pom: pomDigest(), bytesByFile: Object.fromEntries(sizes) };
}

function pomDigest(): string {
  return createHash('sha256').update(fs.readFileSync(pomFile)).digest('hex');
}

/** What killed downloads left behind. */
function removePartials(partsDir: string, name: string): void {
  for (const entry of fs.readdirSync(partsDir)) {
    if (entry.startsWith(`${name}.partial-`))
      fs.rmSync(path.join(partsDir, entry), { recursive: true, force: true });
  }
}

async function fetchWithMaven(
  part: Download,
  dir: string,
  context: DownloadContext,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    // -U: Maven remembers a failed download for a day and would not even try again.
    const args = [
      '-U',
      '-Dstyle.color=never',
      '-f',
      pomFile,
      '-P',
      part.name,
      ...part.goal,
      `-DoutputDirectory=${dir}`,
    ];
    const problem = await runMaven(args, context);
    fs.rmSync(path.join(dir, '.maven'), { recursive: true, force: true });
    if (problem === undefined) return;
    if (attempt === attempts)
      throw new PlatformError(`${part.name} could not be downloaded: ${problem}`);
    context.report(`download failed, trying again: ${problem}`);
    await delay(1000 * attempt, undefined, { signal: context.signal });
  }
}

/** Runs Maven and reports what it transfers. Resolves with its first complaint, or undefined when all went well. */
function runMaven(args: readonly string[], context: DownloadContext): Promise<string | undefined> {
  const { env, signal, report } = context;
  return new Promise((resolve, reject) => {
    const child = spawn('mvn', args, { env, signal, stdio: ['ignore', 'pipe', 'pipe'] });
    const transfers = new MavenTransfers();
    let complaint: string | undefined;
    const read = (chunk: Buffer) => {
      for (const line of chunk.toString('utf8').split(/[\r\n]+/)) {
        if (line.includes('ERROR')) complaint ??= line.replace(/^.*ERROR\]?\s*/, '').slice(0, 300);
        const progress = transfers.read(line);
        if (progress !== undefined) report(progress);
      }
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', (cause) => {
      if (signal.aborted) reject(new PlatformError('The download was stopped.', cause));
      else
        reject(
          new PlatformError(
            'Maven could not be started: `npm run doctor` says what is missing.',
            cause,
          ),
        );
    });
    child.once('close', (code) => {
      resolve(code === 0 ? undefined : (complaint ?? `Maven ended with exit code ${code}`));
    });
  });
}

/** Turns Maven's output into one line: how many files came, and how far the file under way is. */
export class MavenTransfers {
  #files = 0;

  /** The new progress line, or undefined when the line tells nothing about transfers. */
  read(line: string): string | undefined {
    if (line.startsWith('Downloaded from')) {
      this.#files += 1;
      return `${this.#files} files`;
    }
    const underWay = /^Progress \(\d+\): (?:\S+ \| )?([\d.]+\/[\d.]+ MB)/.exec(line);
    return underWay?.[1] === undefined ? undefined : `${this.#files} files, ${underWay[1]}`;
  }
}
