#!/usr/bin/env bash
# js-rouge 3.2.3: ROUGE-1 is case-sensitive and keeps the full stop on the word before it, so two sentences that Google's rouge_score calls equal (1.0) are not.
# Seen: n() gives 0.75 for one capital letter in four words, and 0.667 for one full stop. rouge_score 0.1.2 lower-cases and drops everything but letters and digits.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --no-audit --no-fund --loglevel=error js-rouge@3.2.3 > /dev/null

node --input-type=module <<'JS'
import assert from "node:assert/strict";
import { n } from "js-rouge";
const capital = n("Police killed the gunman", "police killed the gunman", { n: 1 });
const fullStop = n("port.", "port", { n: 1 });
console.log({ capital, fullStop });
assert.equal(capital, 0.75);
assert.ok(Math.abs(fullStop - 2 / 3) < 1e-12);
JS
