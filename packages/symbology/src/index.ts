export type { AliasRow, NameRule } from './alias.ts';
export { canonicalTicker, createAliasBook, type AliasBook, type KnownName } from './alias-book.ts';
export { extractMentions, type ExtractOptions } from './extract.ts';
export { confidences, type MentionKind, type PostMention, type SourceFacet } from './mention.ts';
export { worldAliases } from './own-aliases.ts';
export { hammingDistance, simhash64 } from './simhash.ts';
export { contentHash, normaliseText } from './text-hash.ts';
