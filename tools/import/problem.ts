import { GroundswellError } from '@groundswell/domain';
import type { FieldName } from './profile.ts';

/** What is wrong with one field of a row; never leaves the reader of rows. */
export class FieldProblem extends GroundswellError {
  readonly column: FieldName;
  constructor(column: FieldName, sentence: string) {
    super(sentence, { code: 'GW_IMPORT', retriable: false });
    this.column = column;
  }
}
