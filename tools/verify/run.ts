import { spawn } from 'node:child_process';
import type { Ran, Run } from './types.ts';

const TIMED_OUT = 124;
const NOT_STARTED = 127;

/** Runs a program at low priority and collects what it prints. Never throws: a failure is an exit code. */
export const run: Run = (command, args, options = {}) =>
  new Promise<Ran>((resolve) => {
    const child = spawn('nice', ['-n', '19', command, ...args], {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let output = '';
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, options.timeoutMs ?? 600_000);
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      output += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ code: NOT_STARTED, stdout, output: `${output}${error.message}\n` });
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code: isLate ? TIMED_OUT : (code ?? TIMED_OUT), stdout, output });
    });
    child.stdin?.end(options.input);
  });
