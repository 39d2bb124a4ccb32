/** Letters of other alphabets that look like ASCII ones, in pairs. Full width, mathematical and accented letters need no table. */
const PAIRS =
  'АA ВB СC ЕE НH ІI ЈJ КK МM ОO РP ЅS ТT ХX УY ԚQ ԜW аa сc еe һh іi јj оo рp ѕs хx уy ԁd ԛq ԝw ѵv Ꭺ\u0041 ' +
  'ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX αa ιi νv οo ρp υu χx ıi ſs ɑa ɡg ℓl';

const lookalikes = new Map(PAIRS.split(' ').map((pair) => [pair.slice(0, -1), pair.slice(-1)]));

/** The ASCII letters that a text looks like; invisible characters vanish. Only to flag a look-alike, never to resolve one (S50). */
export function asciiLookalike(text: string): string {
  const plain = text.normalize('NFKD').replace(/[\p{M}\p{Cf}]/gu, '');
  return Array.from(plain, (letter) => lookalikes.get(letter) ?? letter).join('');
}
