/** What a detector says about a text: the language, and whether it is sure. */
export type DetectLanguage = (text: string) => {
  readonly language: string;
  readonly reliable: boolean;
};

export interface Language {
  /** BCP 47 primary tag; null where nobody knows. */
  readonly lang: string | null;
  readonly langBy: 'SOURCE' | 'DETECTOR';
}

/**
 * The language of a post. Authors' settings are often wrong (P6), so a detector that is sure wins; what is too short to tell takes the first tag that the
 * source gives. Links, accounts, tags and signs say nothing about a language and are left out.
 */
export function languageOf(
  text: string,
  claimed: readonly string[],
  detect: DetectLanguage,
): Language {
  const words = text
    .replace(/(?:https?:\/\/|www\.)\S+|[@#$][\p{L}\p{N}_.-]+|[^\p{L}\p{M}'’\s]+/gu, ' ')
    .trim();
  const found = detect(words);
  if (found.reliable && found.language !== '') return { lang: found.language, langBy: 'DETECTOR' };
  const tag = /^[A-Za-z]{2,3}(?=$|[-_])/.exec(claimed[0] ?? '')?.[0].toLowerCase() ?? null;
  return { lang: tag, langBy: tag === null ? 'DETECTOR' : 'SOURCE' };
}
