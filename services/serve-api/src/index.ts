export { config } from './config.ts';
export { startServeApi, type ServeApi, type ServeApiDeps } from './serve-api.ts';
