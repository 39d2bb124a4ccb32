/**
 * The source with the fault in it.
 * @throws RangeError unless the text stands there exactly once: the catalogue has to follow the code
 */
export function withFault(source: string, find: string, replace: string): string {
  const places = source.split(find).length - 1;
  if (places !== 1) throw new RangeError(`"${find}" stands there ${places} times, not once`);
  return source.replace(find, () => replace);
}
