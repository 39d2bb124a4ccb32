/** For those who produce without a connector: tapes, canaries, benches. */
export { recordHeaders } from '@groundswell/stream';
