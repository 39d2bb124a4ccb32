import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { healthRoutes, runService } from '@groundswell/runtime';
import { buildWeb, builtWebRoot, isWebOutdated } from './build-web.ts';
import { config as declared } from './config.ts';
import { createWebServer } from './web-server.ts';

await runService(
  'watch-dashboard',
  declared,
  async ({ config, log, metrics, health, lifecycle }) => {
    if (config.webRoot === builtWebRoot && isWebOutdated()) {
      log.info('building the page');
      await buildWeb();
    }
    health.addReadiness('page', async () => {
      await access(join(config.webRoot, 'index.html'));
      return { ok: true };
    });
    const server = await createWebServer({
      ...config,
      healthRoutes: healthRoutes(health, metrics),
    });
    lifecycle.onStop('web server', () => server.stop());
    log.info('dashboard listening', { url: server.url });
  },
);
