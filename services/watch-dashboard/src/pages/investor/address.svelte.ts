import type { Router } from '../../app/router.svelte.ts';
import { parseWindow } from './record.ts';
import { parseWhy } from './why.ts';

/** View state of an investor's page. It is in the address, so that a link shows the same view. */
export class InvestorAddress {
  readonly #router: Router;

  constructor(router: Router) {
    this.#router = router;
  }

  #query = $derived.by(() => {
    // eslint-disable-next-line @typescript-eslint/no-meaningless-void-operator -- reading it makes the query follow the address
    void this.#router.route;
    return new URLSearchParams(location.search);
  });
  windowDays = $derived.by(() => parseWindow(this.#query.get('window')));
  whyId = $derived.by(() => parseWhy(this.#query.get('why')));
  lotId = $derived.by(() => this.#query.get('lot'));
  /** State of knowledge, ISO 8601; null = now. */
  knownAt = $derived.by(() => this.#query.get('known_at'));

  /** Null takes a name out. */
  set(...changes: readonly (readonly [name: string, value: string | null])[]): void {
    const next = new URLSearchParams(location.search);
    for (const [name, value] of changes) {
      if (value === null) next.delete(name);
      else next.set(name, value);
    }
    this.#router.replace(`${location.pathname}${next.size === 0 ? '' : `?${next.toString()}`}`);
  }
}
