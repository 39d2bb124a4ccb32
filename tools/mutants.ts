/** `npm run mutants`: tries every seeded fault of `tools/mutants/catalogue/` against its tests; non-zero if one is not caught. */
import { runMutants } from './mutants/run.ts';

const { passed, failed, failures } = await runMutants();
for (const failure of failures) process.stdout.write(`${failure}\n`);
process.stdout.write(`${passed} caught, ${failed} not caught\n`);
process.exit(failed === 0 ? 0 : 1);
