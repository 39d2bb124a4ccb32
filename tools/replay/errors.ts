import { GroundswellError } from '@groundswell/domain';

/** A replay that could not be carried out; the message is one sentence for the person at the terminal. */
export class ReplayError extends GroundswellError {
  constructor(message: string, cause?: unknown) {
    super(message, { code: 'GW_REPLAY', retriable: false, cause });
  }
}
