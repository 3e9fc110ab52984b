#!/usr/bin/env bash
# nats-server 2.9.10 (Debian 12) with @nats-io/jetstream 3.4.0: a stream that is made again as soon as its deletion shows (it is "not found") loses
# messages that it acknowledges.
# Seen: in three or more of ten rounds the first message of the new stream is acknowledged with sequence 1 and cannot be read by its subject, or the
# stream cannot be made ("error creating store for stream"). With half a second between the deletion and the new stream it is read in every round.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq nats-server > /dev/null 2>&1
dpkg-deb -x nats-server_*.deb .
echo '{ "private": true, "type": "module" }' > package.json
npm install --no-audit --no-fund --loglevel=error @nats-io/transport-node@3.4.0 @nats-io/jetstream@3.4.0 > /dev/null

node --input-type=module <<'JS'
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";

const free = createServer().listen(0, "127.0.0.1");
await once(free, "listening");
const { port } = free.address();
free.close();
await once(free, "close");
const server = spawn("usr/sbin/nats-server", ["-js", "-a", "127.0.0.1", "-p", `${port}`, "-sd", "store"]);
process.once("exit", () => server.kill("SIGKILL"));
await new Promise((resolve) =>
  createInterface({ input: server.stderr }).on("line", (text) => /Server is ready/.test(text) && resolve()),
);
const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
const [nc, other] = await Promise.all([1, 2].map(() => connect({ servers: `127.0.0.1:${port}` })));
assert.equal(nc.info.version, "2.9.10");
const options = { timeout: 2_000 };
const [jsm, deleter] = await Promise.all([nc, other].map((each) => jetstreamManager(each, options)));
const js = jetstream(nc, options);

/** Whether an acknowledged message of a recreated stream can be read. */
const round = async (name, waitMillis) => {
  const config = { name, subjects: [`${name}.*`], storage: "file" };
  await jsm.streams.add(config);
  for (let count = 0; count < 6; count++) await js.publish(`${name}.a`, "before");
  const deleted = deleter.streams.delete(name);
  const isThere = () => jsm.streams.info(name).then(() => true, (error) => !/stream not found/.test(error.message));
  while (await isThere()) await pause(0);
  await pause(waitMillis);
  await jsm.streams.add(config);
  const ack = await js.publish(`${name}.a`, "after");
  const message = await jsm.streams.getMessage(name, { last_by_subj: `${name}.a` });
  await deleted;
  assert.equal(ack.seq, 1);
  return message !== null;
};
const trial = async (prefix, waitMillis) => {
  let lost = 0;
  for (let count = 0; count < 10; count++) {
    // An error is another face of it: "error creating store for stream".
    const isRead = await round(`${prefix}${count}`, waitMillis).catch(() => false);
    if (!isRead) lost++;
  }
  return lost;
};
const atOnce = await trial("A", 0);
const later = await trial("B", 500);
console.log({ "rounds of ten without the acknowledged message, made again at once": atOnce, "after half a second": later });
assert.ok(atOnce > 0);
assert.equal(later, 0);
console.log("as found: wait before a deleted stream is made again");
process.exit(0);
JS
