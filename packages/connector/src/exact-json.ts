/**
 * JSON whose numbers stay the texts they were (K13): `0.5150` keeps its zero, and no digit passes through a double.
 * @throws SyntaxError
 */
export function parseExactJson(text: string): unknown {
  // The third argument is newer than the type declarations: the literal of a primitive as it stood in the text.
  const keep = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
    typeof value === 'number' ? (context?.source ?? String(value)) : value;
  return JSON.parse(text, keep) as unknown;
}
