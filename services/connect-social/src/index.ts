export { detectLanguage } from './adapters/language-detector.ts';
export { createAuthorKeys, type AuthorKeys } from './core/author-key.ts';
export { createPostIndex } from './core/post-index.ts';
export { rightsOf } from './core/rights.ts';
export { createIntake, type Intake } from './intake.ts';
export type { PublishInOrder } from './in-order.ts';
export { createSocialMetrics } from './metrics.ts';
export { decodeFrame, type JetstreamFrame } from './sources/bluesky/decode.ts';
