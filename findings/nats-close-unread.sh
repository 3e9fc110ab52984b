#!/usr/bin/env bash
# nats-server 2.9.10 (Debian 12) with @nats-io/jetstream 3.4.0: closing a reading of a consumer (`consume`) that nobody has begun to iterate never
# resolves; what is iterated, or taken by a callback, closes at once. The client ends the reading by an entry in the queue of its iterator.
# Seen: the promise of `close()` is open after 3 s without an iterator, and resolves within it with one that was begun, or with a callback.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq nats-server > /dev/null 2>&1
dpkg-deb -x nats-server_*.deb .
echo '{ "private": true, "type": "module" }' > package.json
npm install --no-audit --no-fund --loglevel=error @nats-io/jetstream@3.4.0 @nats-io/transport-node@3.4.0 > /dev/null

node --input-type=module <<'JS'
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { AckPolicy, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";

const port = await new Promise((resolve) => {
  const probe = createServer().listen(0, "127.0.0.1", () => {
    const { port } = probe.address();
    probe.close(() => resolve(port));
  });
});
const server = spawn("usr/sbin/nats-server", ["-js", "-a", "127.0.0.1", "-p", `${port}`, "-sd", "store"]);
const nc = await connect({ servers: `127.0.0.1:${port}`, waitOnFirstConnect: true, reconnectTimeWait: 50, maxReconnectAttempts: -1 });
const jsm = await jetstreamManager(nc);
await jsm.streams.add({ name: "s", subjects: ["s"] });
await jsm.consumers.add("s", { durable_name: "c", ack_policy: AckPolicy.Explicit });
const consumer = await jetstream(nc).consumers.get("s", "c");
const closes = async (options, begin) => {
  const messages = await consumer.consume({ max_messages: 1, ...options });
  begin?.(messages);
  const late = new Promise((resolve) => setTimeout(() => resolve(false), 3_000));
  return Promise.race([messages.close().then(() => true), late]);
};
const unread = await closes({});
const iterated = await closes({}, async (messages) => {
  for await (const _ of messages);
});
const called = await closes({ callback: () => undefined });
console.log({ "closes unread": unread, "closes when it is iterated": iterated, "closes with a callback": called });
server.kill("SIGKILL");
assert.deepEqual([unread, iterated, called], [false, true, true]);
console.log("as found: a reading that nobody iterates does not close");
process.exit(0);
JS
