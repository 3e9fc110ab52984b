#!/usr/bin/env bash
# hyparquet 1.33.0: a DECIMAL(18,2) column comes back as a JavaScript number, and digits beyond 2^53 are lost without a word.
# Seen: 90071992547409.93 is read as 90071992547409.92. INT64 columns come back as bigint, without loss.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --no-audit --no-fund --loglevel=error hyparquet@1.33.0 @duckdb/node-api@1.5.6-r.1 > /dev/null

node --input-type=module <<'JS'
import assert from "node:assert/strict";
import { DuckDBInstance } from "@duckdb/node-api";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
const connection = await (await DuckDBInstance.create(":memory:")).connect();
await connection.run("COPY (SELECT 90071992547409.93::DECIMAL(18,2) AS amount, 9007199254740993::BIGINT AS id) TO 'made.parquet' (FORMAT PARQUET)");
const [row] = await parquetReadObjects({ file: await asyncBufferFromFile("made.parquet") });
console.log(row);
assert.equal(row.amount, 90071992547409.92);
assert.equal(row.id, 9007199254740993n);
JS
