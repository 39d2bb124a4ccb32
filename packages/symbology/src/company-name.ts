/**
 * What people call a company: the registered name without suffixes of the register (`/DE/`), share classes and legal forms (S52).
 * Words are lower case and hold letters and digits only, so that "COCA COLA CO", "Coca-Cola" and "coca cola" are one name.
 */
export function companyNameWords(registered: string): readonly string[] {
  const name = registered.replace(/\s*[/\\]\s*[A-Za-z]{0,8}\s*[/\\]?\s*$/, '');
  const words = nameWords(name);
  while (words.length > 1 && words[0] === 'the') words.shift();
  // At least one word stays: a company may be called "Group".
  while (words.length > 1 && isLegalForm(words)) words.pop();
  return words;
}

/** Words of a name as it is written anywhere: lower case, `&` and `and` left out, apostrophes and dots closed up. */
export function nameWords(text: string): string[] {
  const closed = text.toLowerCase().replace(/['’.]/g, '');
  return [...closed.matchAll(/[\p{L}\p{N}]+(?:&[\p{L}\p{N}]+)*/gu)]
    .map(([word]) => word)
    .filter((word) => word !== 'and');
}

function isLegalForm(words: readonly string[]): boolean {
  const last = words.at(-1) ?? '';
  if (legalForms.has(last)) return true;
  // "L P", "S A", "A S": the letters of a form that was written with spaces or slashes.
  return last.length === 1 && words.length > 2 && legalForms.has((words.at(-2) ?? '') + last);
}

const legalForms = new Set(
  (
    'inc incorporated corp corporation co company companies ltd limited plc llc llp lp sa se nv ag ab asa as oyj spa sab cv ' +
    'kgaa kk tbk bhd pbc pte pty sas sarl gmbh bv group holdings holding hldgs com adr ads new trust'
  ).split(' '),
);
