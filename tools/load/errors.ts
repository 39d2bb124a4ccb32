import { GroundswellError } from '@groundswell/domain';

/** A load run that cannot be carried out; the message is one sentence for the person at the terminal. */
export class LoadError extends GroundswellError {
  constructor(message: string, cause?: unknown) {
    super(message, { code: 'GW_LOAD', retriable: false, cause });
  }
}
