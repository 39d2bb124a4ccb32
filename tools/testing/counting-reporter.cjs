'use strict';
// Mocha's own "spec" output, plus the totals as JSON for tools/test.ts (COUNTS_FILE). CommonJS: mocha loads reporters by require.
const { writeFileSync } = require('node:fs');
const Mocha = require('mocha');

module.exports = class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const failed = [];
    runner.on('fail', (test, error) => {
      failed.push(`${test.fullTitle()}: ${String(error?.message ?? error).split('\n')[0]}`);
    });
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      const file = process.env['COUNTS_FILE'];
      const counts = { passed: passes, failed: failures, skipped: pending, failures: failed };
      if (file) writeFileSync(file, JSON.stringify(counts));
    });
  }
};
