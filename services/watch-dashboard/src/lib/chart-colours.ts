/** Colours of a chart as plain values: a canvas knows no custom properties. */
export interface ChartColours {
  readonly ground: string;
  readonly text: string;
  readonly strong: string;
  readonly grid: string;
  readonly line: string;
  readonly up: string;
  readonly down: string;
  /** Mood above and below neutral: lines and bars. */
  readonly bull: string;
  readonly bear: string;
  readonly bullFill: string;
  readonly bearFill: string;
  readonly accent: string;
  readonly volume: string;
  readonly hatch: string;
  readonly shade: string;
  readonly onPrice: string;
  readonly ok: string;
  readonly warn: string;
}

export function readColours(style: { getPropertyValue(name: string): string }): ChartColours {
  const value = (name: string) => style.getPropertyValue(name).trim();
  return {
    ground: value('--s1'),
    text: value('--t3'),
    strong: value('--t1'),
    grid: withAlpha(value('--line'), 0.5),
    line: value('--line'),
    up: value('--up'),
    down: value('--down'),
    bull: value('--bull'),
    bear: value('--bear'),
    bullFill: value('--bull-fill'),
    bearFill: value('--bear-fill'),
    accent: value('--accent'),
    volume: withAlpha(value('--line2'), 0.5),
    hatch: value('--hatch'),
    shade: value('--shade'),
    onPrice: value('--bg'),
    ok: value('--ok'),
    warn: value('--warn'),
  };
}

/** `#rrggbb` with an opacity 0..1; anything else stays as it is. */
export function withAlpha(colour: string, alpha: number): string {
  const digits = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
  if (digits === null) return colour;
  const [, red = '', green = '', blue = ''] = digits;
  const parts = [red, green, blue].map((part) => String(Number.parseInt(part, 16)));
  return `rgba(${parts.join(', ')}, ${String(alpha)})`;
}
