#!/usr/bin/env bash
# express 5.3.0 with compression 1.8.2: server-sent events are held back until the response ends; 'cache-control: no-transform' lets them through.
# Seen: with 'no-cache' nothing arrives of an event written before the end, with 'no-cache, no-transform' it arrives at once.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --no-audit --no-fund --loglevel=error express@5.3.0 compression@1.8.2 > /dev/null

node --input-type=module <<'JS'
import assert from "node:assert/strict";
import compression from "compression";
import express from "express";
const app = express().use(compression());
let end = () => {};
app.get("/:how", (request, response) => {
  response.set({ "content-type": "text/event-stream", "cache-control": request.params.how });
  response.write("data: first\n\n");
  end = () => response.end();
});
const server = app.listen(0);
await new Promise((resolve) => server.once("listening", resolve));
const arrives = async (how) => {
  const answer = fetch(`http://127.0.0.1:${server.address().port}/${encodeURIComponent(how)}`, { headers: { "accept-encoding": "gzip" } });
  const first = answer.then(({ body }) => body.getReader().read()).then(({ value }) => new TextDecoder().decode(value));
  const early = await Promise.race([first, new Promise((resolve) => setTimeout(resolve, 1_000, "nothing"))]);
  end();
  await first;
  return early;
};
const held = await arrives("no-cache");
const live = await arrives("no-cache, no-transform");
console.log({ held, live });
server.closeAllConnections();
server.close();
assert.equal(held, "nothing");
assert.equal(live, "data: first\n\n");
JS
