import { GroundswellError } from '@groundswell/domain';

/** A file that cannot be imported as a whole, or a door that does not open; the message is one sentence for the person at the terminal. */
export class ImportError extends GroundswellError {
  constructor(message: string, cause?: unknown) {
    super(message, { code: 'GW_IMPORT', retriable: false, cause });
  }
}
