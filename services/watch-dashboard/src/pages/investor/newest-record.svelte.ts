import { untrack } from 'svelte';
import type { ChannelListener, LiveClient } from '@groundswell/client';
import type { App } from '../../app/app.svelte.ts';
import type { InvestorRecord } from './record.ts';

/**
 * The newest record of an investor's channel. Private: lives with its page and this session only (N7).
 * Made while a component starts: its effect ends with that component.
 */
export class NewestRecord {
  shown = $state.raw<InvestorRecord | null>(null);
  refusal = $state.raw<{ readonly status: number; readonly title: string } | null>(null);
  /** Before the gateway has answered nobody knows whether there is a record. */
  hasAnswer = $state(false);

  /** @param key null where there is no investor, or none that may be looked at */
  constructor(app: App, key: () => string | null) {
    $effect(() => {
      const { client } = app;
      const investorKey = key();
      this.shown = null;
      this.refusal = null;
      this.hasAnswer = false;
      if (client === null || investorKey === null) return;
      return untrack(() => this.#follow(app, client, investorKey));
    });
  }

  #follow({ loop, countUpdate }: App, client: LiveClient, investorKey: string): () => void {
    let newest: InvestorRecord | null = null;
    const unregister = loop.register('investor', 0, () => {
      this.shown = newest;
    });
    const listener: ChannelListener = {
      onItem: ({ data }) => {
        newest = data as InvestorRecord;
        countUpdate();
        loop.mark('investor');
      },
      onRemove: () => {
        newest = null;
        loop.mark('investor');
      },
      onVerdict: (answer) => {
        this.hasAnswer = true;
        this.refusal = 'error' in answer ? answer.error : null;
      },
    };
    const leave = client.subscribe(`investor:${investorKey}`, listener);
    return () => {
      leave();
      unregister();
      this.shown = null;
    };
  }
}
