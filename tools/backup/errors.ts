import { GroundswellError } from '@groundswell/domain';

/** A dump has no name of ours, is not there, or is not what was stored. */
export class BackupError extends GroundswellError {
  constructor(message: string, cause?: unknown) {
    super(message, { code: 'GW_BACKUP', retriable: false, cause });
  }
}
