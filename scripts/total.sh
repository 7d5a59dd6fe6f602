#!/usr/bin/env bash
# One closing line for the whole test run: what cargo's runners and Playwright counted, added up.
. "$(dirname "$0")/lib.sh"
node - target/results/cargo.txt target/results/e2e.json <<'JS'
const { readFileSync } = require('node:fs');
const [cargo, e2e] = process.argv.slice(2).map((path) => readFileSync(path, 'utf8'));
const { expected, flaky, unexpected, skipped } = JSON.parse(e2e).stats;
const total = [expected + flaky, unexpected, skipped];
for (const counts of cargo.matchAll(/test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored/g)) {
  counts.slice(1).forEach((count, i) => (total[i] += Number(count)));
}
console.log(`\n${total[0]} passed, ${total[1]} failed, ${total[2]} skipped`);
JS
