#!/usr/bin/env bash
# papaparse 5.7.1, streaming from Node: a UTF-8 letter that lies across the border of two chunks becomes two U+FFFD, without an error.
# Seen: 'ü' split between its two bytes arrives as two replacement characters. The text is valid UTF-8 and valid CSV.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --no-audit --no-fund --loglevel=error papaparse@5.7.1 > /dev/null

node --input-type=module <<'JS'
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import Papa from "papaparse";
const bytes = Buffer.from("name\nMüller\n");
const border = bytes.indexOf(0xc3) + 1;
const stream = Readable.from([bytes.subarray(0, border), bytes.subarray(border)], { objectMode: false });
const rows = await new Promise((resolve, reject) => {
  const read = [];
  Papa.parse(stream, { header: true, skipEmptyLines: true, step: ({ data, errors }) => read.push({ data, errors }), complete: () => resolve(read), error: reject });
});
console.log(JSON.stringify(rows));
assert.equal(rows[0].data.name, "M\uFFFD\uFFFDller");
assert.deepEqual(rows[0].errors, []);
JS
