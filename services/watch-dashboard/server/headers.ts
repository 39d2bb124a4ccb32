/** Origins that the page talks to. */
export interface Peers {
  readonly apiUrl: string;
  readonly liveUrl: string;
  readonly issuerUrl: string;
}

/** Headers of every answer: what the page may load and whom it may call (dashboard.md 11, S55). */
export function securityHeaders(peers: Peers): Readonly<Record<string, string>> {
  return {
    'content-security-policy': contentSecurityPolicy(peers),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  };
}

export function contentSecurityPolicy({ apiUrl, liveUrl, issuerUrl }: Peers): string {
  const live = new URL(liveUrl).origin;
  const connect = new Set([
    new URL(apiUrl).origin,
    live,
    live.replace(/^http/, 'ws'),
    new URL(issuerUrl).origin,
  ]);
  return [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${[...connect].join(' ')}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Vite puts a content hash into the name of everything below /assets, so that never changes; the rest is asked for anew. */
export function cacheControl(path: string): string {
  return path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
}
