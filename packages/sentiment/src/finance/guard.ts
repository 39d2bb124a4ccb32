/** A hit of this valence is an opinion even in a notice or a question. */
export const STRONG_HIT = 2.4;

const EVENT = new RegExp(
  [
    String.raw`\breports? (?:on|q[1-4]|first|second|third|fourth|fiscal|results|earnings|its)\b`,
    String.raw`\bto (?:present|report|host|hold an?|hold its|webcast|participate|announce|release|speak|attend|discuss)\b`,
    String.raw`\bfiles? (?:for|its|a|an|10-[kq]|8-k|form|prospectus)\b`,
    String.raw`\bdeclares?\b|\btranscript\b|\bconference call\b|\bearnings call\b|\bex-dividend\b`,
    String.raw`\bannual (?:general )?meeting\b|\bappoints?\b|\bschedules?\b|\bpresentation\b`,
  ].join('|'),
  'i',
);
const QUESTION_WORD =
  /^\W*(?:is|are|was|will|can|could|should|would|does|do|did|has|have|what|which|who|how|why|when|where)\b/i;

/** S24 (d): only a question, or the wording of a notice. */
export function isNotice(text: string): boolean {
  return EVENT.test(text) || isQuestion(text);
}

function isQuestion(text: string): boolean {
  const end = text.trimEnd();
  return end.endsWith('?') && QUESTION_WORD.test(text);
}
