/**
 * Does a client see everything? The continuity of one socket's channels by the rules of `schemas/live/channels.md`: a frame covers
 * (from, seq]; whatever does not join on is a loss. Pure.
 */

/**
 * @typedef {{ readonly key: string, readonly data: Readonly<Record<string, unknown>> }} Item
 * @typedef {{ readonly channel: string, readonly epoch: string, readonly from: number, readonly seq: number,
 *   readonly items: readonly Item[] }} Frame
 * @typedef {{ readonly epoch: string, readonly seq: number }} Cursor
 * @typedef {{ readonly verdict?: string, readonly epoch?: string, readonly seq?: number }} Answer
 */

export class Coverage {
  /** @type {Map<string, Cursor>} */
  #cursors = new Map();
  /** Frames that overtook the acknowledgement. @type {Map<string, Frame[]>} */
  #early = new Map();

  /**
   * Before a subscription is sent.
   * @param {string} channel
   * @returns {Cursor | undefined} how far the client has come
   */
  asking(channel) {
    this.#early.set(channel, []);
    return this.#cursors.get(channel);
  }

  /**
   * The acknowledgement came.
   * @param {string} channel
   * @param {Answer} answer
   * @returns {{ verdict: 'resumed' | 'resynced' | 'gap' | 'refused' | 'wrong', fresh: Frame[], lost: number }} `wrong`: a
   *   resumption from another place than the client's; `fresh`: frames that had waited for it
   */
  answered(channel, answer) {
    const held = this.#cursors.get(channel);
    const waiting = this.#early.get(channel) ?? [];
    this.#early.delete(channel);
    const { verdict, epoch, seq } = answer;
    if (epoch === undefined || seq === undefined) return { verdict: 'refused', fresh: [], lost: 0 };
    this.#cursors.set(channel, { epoch, seq });
    const outcomes = waiting.map((frame) => ({ frame, outcome: this.frame(frame) }));
    const isWrong = verdict === 'resumed' && (held?.epoch !== epoch || held.seq !== seq);
    return {
      verdict: isWrong ? 'wrong' : verdictOf(verdict),
      fresh: outcomes.filter(({ outcome }) => outcome === 'fresh').map(({ frame }) => frame),
      lost: outcomes.filter(({ outcome }) => outcome === 'lost').length,
    };
  }

  /**
   * A frame came. `lost`: it does not join on; the client goes on behind it, so that one loss counts once.
   * @param {Frame} frame
   * @returns {'fresh' | 'old' | 'early' | 'lost'}
   */
  frame(frame) {
    const { channel, epoch, from, seq } = frame;
    const waiting = this.#early.get(channel);
    if (waiting !== undefined) {
      waiting.push(frame);
      return 'early';
    }
    const held = this.#cursors.get(channel);
    if (held?.epoch === epoch && seq <= held.seq) return 'old';
    this.#cursors.set(channel, { epoch, seq });
    return held?.epoch === epoch && from <= held.seq ? 'fresh' : 'lost';
  }
}

/** @param {string | undefined} verdict */
function verdictOf(verdict) {
  return verdict === 'resumed' || verdict === 'resynced' || verdict === 'gap' ? verdict : 'wrong';
}
