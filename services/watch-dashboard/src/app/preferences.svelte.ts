/** What a person chose; kept in the browser, holds nothing private. */
export interface Preferences {
  theme: 'dark' | 'light';
  updown: 'green' | 'blue' | 'flip';
  zone: 'UTC' | 'local';
  letterKeys: boolean;
  /** Instruments with a star. */
  mine: readonly string[];
}

const KEY = 'groundswell.preferences';

export class PreferenceStore {
  #values = $state<Preferences>(initial());

  get theme() {
    return this.#values.theme;
  }
  get updown() {
    return this.#values.updown;
  }
  get zone() {
    return this.#values.zone;
  }
  get letterKeys() {
    return this.#values.letterKeys;
  }

  get mine() {
    return this.#values.mine;
  }

  toggleMine(instrumentId: string): void {
    const mine = this.mine.filter((id) => id !== instrumentId);
    this.set({ mine: mine.length < this.mine.length ? mine : [...mine, instrumentId] });
  }

  set(change: Partial<Preferences>): void {
    this.#values = { ...this.#values, ...change };
    const { dataset } = document.documentElement;
    dataset['theme'] = this.#values.theme;
    dataset['updown'] = this.#values.updown;
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#values));
    } catch {
      // Storage is off: the choice holds until the page is closed.
    }
  }
}

/** `theme.js` has set the theme before the first paint; the rest is read here. */
function initial(): Preferences {
  const { theme, updown } = document.documentElement.dataset;
  const stored = readStored();
  return {
    theme: theme === 'light' ? 'light' : 'dark',
    updown: updown === 'blue' || updown === 'flip' ? updown : 'green',
    zone: stored['zone'] === 'local' ? 'local' : 'UTC',
    letterKeys: stored['letterKeys'] !== false,
    mine: textsOf(stored['mine']),
  };
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function readStored(): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
