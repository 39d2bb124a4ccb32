import { eld } from 'eld/small';
import type { DetectLanguage } from '../core/language.ts';

/** n-gram detector for 60 languages; its small database is part of the package. */
export const detectLanguage: DetectLanguage = (text) => {
  const found = eld.detect(text);
  return { language: found.language, reliable: found.isReliable() };
};
