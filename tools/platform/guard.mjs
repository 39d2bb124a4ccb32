/**
 * Outlives the supervisor by a few seconds: when its standard input ends, for whatever reason, it stops every process
 * that was still registered, so that nothing keeps running after a `kill -9` of the supervisor.
 *
 * Input, one line each: `+<pid> <signal>` registers a process group and how to stop it, `-<pid>` forgets it.
 */
import readline from 'node:readline';

const graceMs = 5000;
const pollMs = 50;
const groups = new Map();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

const lines = readline.createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const [pid, signal] = line.slice(1).split(' ');
  if (line.startsWith('+')) groups.set(Number(pid), signal);
  else groups.delete(Number(pid));
});
lines.on('close', () => {
  for (const [pid, signal] of groups) deliver(pid, signal);
  const deadline = Date.now() + graceMs;
  const timer = setInterval(() => {
    for (const pid of groups.keys()) if (!deliver(pid, 0)) groups.delete(pid);
    if (groups.size > 0 && Date.now() < deadline) return;
    for (const pid of groups.keys()) deliver(pid, 'SIGKILL');
    clearInterval(timer);
  }, pollMs);
});

/** True if the group existed. */
function deliver(pid, signal) {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}
