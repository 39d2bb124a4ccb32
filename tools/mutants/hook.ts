/** Loaded with `--import`: gives one source file to Node with a seeded fault in it, and leaves the file on disk alone. */
import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { withFault } from './fault.ts';

const { MUTANT_FILE = '', MUTANT_FIND = '', MUTANT_REPLACE = '', MUTANT_MARK = '' } = process.env;

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.endsWith(`/${MUTANT_FILE}`)) return loaded;
    const text = Buffer.from(loaded.source as Uint8Array).toString('utf8');
    const source = withFault(text, MUTANT_FIND, MUTANT_REPLACE);
    // Whoever runs us must know that the fault was there: tests that never load the file prove nothing.
    writeFileSync(MUTANT_MARK, '');
    return { ...loaded, source };
  },
});
