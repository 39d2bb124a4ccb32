/** HEALTHCHECK of every image: exit 0 while the service in this container is ready for work. */
const port = process.env['PORT'] ?? '8080';
try {
  const { ok } = await fetch(`http://127.0.0.1:${port}/health/ready`, {
    signal: AbortSignal.timeout(8000),
  });
  process.exitCode = ok ? 0 : 1;
} catch {
  process.exitCode = 1; // it does not listen (yet, or any more)
}
