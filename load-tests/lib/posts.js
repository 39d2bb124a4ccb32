/** Texts of at most 280 characters, as people write about shares. Pure. */

const OPENINGS = [
  'just bought more',
  'so done with',
  'who else is watching',
  'cannot believe',
  'long and strong on',
  'sold everything in',
];
const SYMBOLS = ['$BTC', '$ETH', '$TIDE', '$MOSS', '$NRTH', '$HELX', '$VOLT', '$DOGE'];
const MIDDLES = [
  'the earnings were great',
  'this is a disaster',
  'not bad at all, but the guidance is weak',
  'huge volume today',
  'nobody talks about the debt',
  'it never goes up when I hold it',
];
const ENDINGS = ['to the moon!!!', ':(', 'LOL', 'very bullish', 'I am worried', ''];

/**
 * @param {() => number} random uniform [0, 1)
 * @returns {string}
 */
export function postText(random) {
  /** @param {readonly string[]} list */
  const one = (list) => list[Math.floor(random() * list.length)] ?? '';
  const parts = [one(OPENINGS), one(SYMBOLS), one(MIDDLES), one(MIDDLES), one(ENDINGS)];
  return parts.join(' ').trim();
}
