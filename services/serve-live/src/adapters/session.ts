import type { Principal, TokenVerifier } from '@groundswell/auth';
import { isRetriable } from '@groundswell/domain';
import type { Logger } from '@groundswell/runtime';
import type {
  LiveItem,
  LiveRefused,
  LiveSession,
  SubscribeAnswer,
  UnsubscribeAnswer,
} from '@groundswell/schemas';
import type { ChannelHub, Subscription } from '../core/channel-hub.ts';
import type { ChannelName } from '../core/channel-name.ts';
import type { LatestChannel } from '../core/latest-channel.ts';
import { problems, type Problem } from '../core/problems.ts';
import { beginAt } from '../core/subscription.ts';
import { parseAuthenticate, parseSubscribe, parseUnsubscribe } from '../core/request.ts';
import type { LiveMetrics } from '../metrics.ts';
import type { Clock } from '../ports.ts';
import { accessTo } from './access.ts';
import type { Recipient } from './pusher.ts';
import { problemOf } from './refusal.ts';

export interface SessionDeps {
  readonly hub: ChannelHub;
  readonly openChannel: (name: ChannelName) => Promise<LatestChannel>;
  readonly verifier: TokenVerifier;
  readonly clock: Clock;
  /** Takes audit lines: who, what, decision; pseudonyms only. */
  readonly audit: Logger;
  readonly metrics: Pick<LiveMetrics, 'subscribes'>;
  readonly maxSubscriptions: number;
}

/**
 * One authenticated client. States: open, then closed for ever. Invariant: every subscription was allowed by the principal that the
 * session has now.
 */
export class Session {
  readonly #deps: SessionDeps;
  readonly #recipient: Recipient;
  readonly #subscriptions = new Map<string, { name: ChannelName; place: Subscription }>();
  #principal: Principal;
  #isClosed = false;

  constructor(deps: SessionDeps, principal: Principal, recipient: Recipient) {
    this.#deps = deps;
    this.#principal = principal;
    this.#recipient = recipient;
  }

  get principal(): Principal {
    return this.#principal;
  }

  get subscriptionCount(): number {
    return this.#subscriptions.size;
  }

  get state(): LiveSession {
    const leftMs = this.#principal.expiresAtMs - this.#deps.clock.nowMs();
    return { expires_in_ms: Math.max(0, leftMs) };
  }

  /**
   * Begins a subscription. The answer must be written before the event loop turns: until then the pusher writes no frame, so none
   * can overtake it.
   */
  async subscribe(payload: unknown): Promise<SubscribeAnswer> {
    const request = parseSubscribe(payload);
    if (request === null) return this.#refuse('invalid', problems.invalidRequest);
    const refusal = this.#check(request.name, true);
    if (refusal !== null) return refusal;
    let channel: LatestChannel;
    try {
      channel = await this.#deps.openChannel(request.name);
    } catch (thrown) {
      if (!isRetriable(thrown)) throw thrown;
      return this.#refuse('unavailable', problems.unavailable);
    }
    // Meanwhile the client may have gone, changed its token or subscribed elsewhere.
    const late = this.#check(request.name, false);
    if (late !== null) return late;

    this.#leave(request.name.text);
    const begin = beginAt(channel, request.cursor);
    this.#deps.metrics.subscribes.inc({ outcome: begin.verdict });
    const place = this.#deps.hub.join(channel, begin.seq, this.#recipient.mark);
    this.#subscriptions.set(request.name.text, { name: request.name, place });
    if (begin.verdict === 'resumed') return begin;
    return { ...begin, snapshot: JSON.parse(channel.snapshotJson()) as LiveItem[] };
  }

  unsubscribe(payload: unknown): UnsubscribeAnswer {
    const name = parseUnsubscribe(payload);
    if (name === null) return { error: problems.invalidRequest };
    this.#leave(name.text);
    return {};
  }

  /** Go on with a newer token of the same subject; channels that it does not open are left (S21, S22). */
  async authenticate(payload: unknown): Promise<LiveSession | LiveRefused> {
    let principal: Principal;
    try {
      principal = await this.#deps.verifier.verify(parseAuthenticate(payload));
    } catch (thrown) {
      return { error: problemOf(thrown) };
    }
    if (principal.subject !== this.#principal.subject) return { error: problems.forbidden };
    this.#principal = principal;
    for (const { name } of [...this.#subscriptions.values()]) {
      if (accessTo(name, principal) === 'refused') this.#leave(name.text);
    }
    return this.state;
  }

  close(): void {
    this.#isClosed = true;
    for (const name of [...this.#subscriptions.keys()]) this.#leave(name);
    this.#recipient.remove();
  }

  #check(name: ChannelName, isFirst: boolean): LiveRefused | null {
    const access = accessTo(name, this.#principal);
    if (isFirst && name.kind === 'investor' && access !== 'allowed') {
      this.#deps.audit.info('private channel asked for', {
        subject: this.#principal.subject,
        object: name.text,
        decision: access === 'audited' ? 'allowed' : 'refused',
      });
    }
    if (access === 'refused' || this.#isClosed)
      return this.#refuse('forbidden', problems.forbidden);
    const isNew = !this.#subscriptions.has(name.text);
    if (isNew && this.#subscriptions.size >= this.#deps.maxSubscriptions) {
      return this.#refuse('too_many', problems.tooManySubscriptions);
    }
    return null;
  }

  #refuse(outcome: string, error: Problem): LiveRefused {
    this.#deps.metrics.subscribes.inc({ outcome });
    return { error };
  }

  #leave(name: string): void {
    const held = this.#subscriptions.get(name);
    if (held === undefined) return;
    this.#subscriptions.delete(name);
    this.#recipient.forget(held.place);
    this.#deps.hub.leave(held.place, this.#deps.clock.nowMs());
  }
}
