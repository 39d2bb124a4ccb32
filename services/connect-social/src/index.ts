export { decodeFrame, type JetstreamFrame } from './sources/bluesky/decode.ts';
export { createAuthorKeys, type AuthorKeys } from './core/author-key.ts';
