export { buildWeb, builtWebRoot, isWebOutdated } from './build-web.ts';
export { cacheControl, contentSecurityPolicy, securityHeaders, type Peers } from './headers.ts';
export { createWebServer, type WebServer, type WebServerOptions } from './web-server.ts';
