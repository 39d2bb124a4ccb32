import type { Token } from '../tokens.ts';

const FIGURE = /^[(["'+-]*\d/;
const SIGNED = /(?<!\w)([+-])\d[\d,]*(?:\.\d+)?%/;
const SHARE = /^\d[\d,]*(?:\.\d+)?(?:%|pc$|percent$)/;
const PERIOD =
  /(?:week|month|year|yr|day|decade|record|time|lifetime|quarter|session|all-time|multi-year|fresh)$/;
const CHANGE = 1.6;
const UP_BY = 1.6;
const EXTREME = 1.7;

/**
 * S24 (b): "+3%" and "-3%" are for and against; "up 3%" says more than "up". And highs and lows of a period ("52-week high").
 * @param text what the tokens were split from, since stripping takes the signs
 */
export function readFigures(text: string, tokens: readonly Token[]): void {
  for (const [i, token] of tokens.entries()) {
    if (FIGURE.test(token.lower)) readFigure(text, tokens, i, token);
    else if (/^(?:highs?|lows?)$/.test(token.lower) && PERIOD.test(tokens[i - 1]?.lower ?? ''))
      token.value = token.lower.startsWith('h') ? EXTREME : -EXTREME;
  }
}

function readFigure(text: string, tokens: readonly Token[], i: number, token: Token): void {
  const whole = text.slice(Math.max(0, token.start - 2), token.end + 1);
  const sign = SIGNED.exec(whole)?.[1];
  if (sign !== undefined) token.value = sign === '+' ? CHANGE : -CHANGE;
  else if (SHARE.test(text.slice(token.start, token.end + 1)) || isPercentWord(tokens[i + 1])) {
    const before = tokens[i - 1];
    if (before?.lower === 'up') before.value = UP_BY;
    else if (before?.lower === 'down') before.value = -UP_BY;
  }
}

function isPercentWord(token: Token | undefined): boolean {
  return token !== undefined && /^(?:percent|pct|pc|per)$/.test(token.lower);
}
