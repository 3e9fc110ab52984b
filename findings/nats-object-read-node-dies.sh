#!/usr/bin/env bash
# @nats-io/obj 3.4.0 with @nats-io/jetstream 3.4.0 and a cluster of three nats-servers 2.9.10 (Debian 12): an object on three replicas that is read
# while the node of the reader's consumer dies arrives about a minute later, although the reader is connected to another node and the object is there.
# `get` reads by a push consumer, which one node has, with a heartbeat of 30 s that no option sets; two of them have to be missed before another
# consumer is made. The first messages are held back on their way to the reader here, so that the node dies in mid-read.
# Seen: 20 MB read anew by the same connection were there after 9 s (an attempt whose consumer is made on the dead node is given up after 3 s), while the
# interrupted reading ended, whole, after 90 s.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq nats-server > /dev/null 2>&1
dpkg-deb -x nats-server_*.deb .
echo '{ "private": true, "type": "module" }' > package.json
npm install --no-audit --no-fund --loglevel=error @nats-io/jetstream@3.4.0 @nats-io/obj@3.4.0 @nats-io/transport-node@3.4.0 > /dev/null

node --input-type=module <<'JS'
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { connect as dial, createServer } from "node:net";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { Objm } from "@nats-io/obj";
import { connect } from "@nats-io/transport-node";

const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
const listen = (server) => new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server.address().port)));
const freePort = async () => {
  const probe = createServer();
  const port = await listen(probe);
  await new Promise((resolve) => probe.close(resolve));
  return port;
};
const until = async (holds) => {
  for (let rounds = 0; rounds < 1_200; rounds++) {
    const value = await holds().catch(() => undefined);
    if (value) return value;
    await pause(50);
  }
  throw new Error("a minute has passed");
};

const names = ["n1", "n2", "n3"];
const clients = await Promise.all(names.map(freePort));
const routes = await Promise.all(names.map(freePort));
const urls = routes.map((port) => `nats://127.0.0.1:${port}`);
const nodes = names.map((name, index) =>
  spawn("usr/sbin/nats-server", [
    ...["-js", "-a", "127.0.0.1", "-p", `${clients[index]}`, "-n", name, "-sd", `store-${name}`],
    ...["--cluster_name", "c", "--cluster", urls[index], "--routes", urls.join(",")],
  ]),
);
process.on("exit", () => nodes.forEach((node) => node.kill("SIGKILL")));

// Between the reader and the first node: lets so many more bytes through, then waits.
let left = Number.POSITIVE_INFINITY;
let release = () => undefined;
const link = createServer((inner) => {
  const outer = dial(clients[0], "127.0.0.1");
  for (const one of [inner, outer]) one.on("error", () => undefined);
  inner.on("data", (data) => outer.write(data));
  outer.on("data", (data) => {
    inner.write(data);
    left -= data.length;
    if (left > 0) return;
    outer.pause();
    release = () => outer.resume();
  });
});
const options = { waitOnFirstConnect: true, maxReconnectAttempts: -1, ignoreClusterUpdates: true, pingInterval: 120_000 };
const nc = await connect({ ...options, servers: `127.0.0.1:${await listen(link)}` });
const aside = await connect({ ...options, servers: `127.0.0.1:${clients[0]}` });
const jsm = await until(() => jetstreamManager(aside));
const store = await until(() => new Objm(jetstream(nc)).create("bucket", { replicas: 3 }));
const bytes = new Uint8Array(20_000_000).map((_, index) => index % 251);
await store.putBlob({ name: "some" }, bytes);

// The consumer's node is chosen by chance: until it is another than the reader's.
let reading;
let leader = "n1";
while (leader === "n1") {
  left = 2_000_000;
  reading = store.getBlob("some");
  await until(async () => left <= 0);
  const consumers = await jsm.consumers.list("OBJ_bucket").next();
  const [newest] = consumers.sort((one, other) => (one.created < other.created ? 1 : -1));
  leader = newest.cluster.leader;
  if (leader !== "n1") break;
  left = Number.POSITIVE_INFINITY;
  release();
  await reading;
}
nodes[names.indexOf(leader)].kill("SIGKILL");
left = Number.POSITIVE_INFINITY;
release();
const began = performance.now();
const seconds = () => (performance.now() - began) / 1_000;
const info = () => jsm.streams.getMessage("OBJ_bucket", { last_by_subj: "$O.bucket.M.>" });
await until(info);
const late = reading.then((blob) => [Buffer.from(blob), seconds()]);
const again = Buffer.from(await until(() => Promise.race([store.getBlob("some"), pause(3_000).then(() => Promise.reject(new Error("again")))])));
const againSeconds = seconds();
const [blob, lateSeconds] = await late;
console.log({ "read anew after, in s": againSeconds, "the interrupted reading ended after, in s": lateSeconds });
assert.ok(again.equals(bytes) && blob.equals(bytes));
assert.ok(againSeconds < 20 && lateSeconds > 30);
console.log("as found: a reading whose consumer's node dies waits for two heartbeats of half a minute");
process.exit(0);
JS
