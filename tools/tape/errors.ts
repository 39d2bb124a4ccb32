import { GroundswellError } from '@groundswell/domain';

/** A tape, or a file to be made one, that is not usable; the message names the file and the line, 0 where it is about the file. */
export class TapeError extends GroundswellError {
  constructor(file: string, line: number, problem: string) {
    super(`${line === 0 ? file : `${file}:${line}`}: ${problem}`, {
      code: 'GW_BAD_TAPE',
      retriable: false,
      fields: { file, line },
    });
  }
}
