import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';

type Tokens = ReadonlyMap<string, string>;

const css = readFileSync(join(import.meta.dirname, '../src/styles/tokens.css'), 'utf8');

function tokensOf(theme: string): Tokens {
  const block = new RegExp(`\\[data-theme='${theme}'\\] \\{([^}]*)\\}`).exec(css)?.[1] ?? '';
  return new Map(
    [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  );
}

/** WCAG 2.2 relative luminance and contrast ratio. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(tokens: Tokens, a: string, b: string): number {
  const [x, y] = [luminance(tokens.get(a) ?? ''), luminance(tokens.get(b) ?? '')];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

const text = [
  't1',
  't2',
  't3',
  'up-green',
  'down-red',
  'up-cb',
  'down-cb',
  'bull',
  'bear',
  'accent',
  'ok',
  'warn',
  'crit',
];

describe('colour tokens', () => {
  for (const theme of ['dark', 'light']) {
    const tokens = tokensOf(theme);

    it(`keep text readable in the ${theme} theme: 5.0 on page and panel, 4.8 on raised`, () => {
      for (const name of text) {
        for (const [ground, least] of [
          ['bg', 5.0],
          ['s1', 5.0],
          ['s2', 4.8],
        ] as const) {
          expect(contrast(tokens, name, ground), `${name} on ${ground}`).to.be.at.least(
            least - 0.05,
          );
        }
      }
    });

    it(`outline controls at 3.1 and label buttons at 4.5 in the ${theme} theme`, () => {
      expect(contrast(tokens, 'line2', 's1')).to.be.at.least(3.1);
      expect(contrast(tokens, 'on-accent', 'accent')).to.be.at.least(4.5);
    });
  }

  it('are all there in both themes', () => {
    expect([...tokensOf('dark').keys()]).to.eql([...tokensOf('light').keys()]);
  });
});
