import type { Step } from './plan.ts';

/** The table of `plan` and `status`: a line per part. */
export function rowsOf(steps: readonly Step[], isStatus: boolean): readonly string[] {
  return steps.map(({ part, action, because }) => {
    const need = part.required ? 'required' : part.byDefault ? 'default' : 'optional';
    const word = isStatus ? states[action] : action;
    return `  ${part.name.padEnd(18)} ${need.padEnd(9)} ${part.namespace.padEnd(17)} ${word.padEnd(10)} ${because}`;
  });
}

/** What an action means to somebody who only looks. */
const states: Readonly<Record<Step['action'], string>> = {
  install: 'missing',
  upgrade: 'differs',
  nothing: 'as pinned',
  refuse: 'refused',
};
