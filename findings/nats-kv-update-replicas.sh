#!/usr/bin/env bash
# nats-server 2.9.10 (Debian 12) with @nats-io/kv 3.4.0: in a bucket with three replicas two updates of one revision can both be accepted; with one replica never.
# Seen: two clients update the same revision 150 times: both succeed in some of the rounds on three replicas, in none on one. Later servers hold (nats-server issue 4320).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq nats-server > /dev/null 2>&1
dpkg-deb -x nats-server_*.deb .
echo '{ "private": true, "type": "module" }' > package.json
npm install --no-audit --no-fund --loglevel=error @nats-io/transport-node@3.4.0 @nats-io/jetstream@3.4.0 @nats-io/kv@3.4.0 > /dev/null

node --input-type=module <<'JS'
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { connect } from "@nats-io/transport-node";
import { Kvm } from "@nats-io/kv";
const freePort = async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
};
const servers = [];
process.once("exit", () => servers.forEach((server) => server.kill("SIGKILL")));
/** So many nodes; resolves with their addresses when they know one another. */
const start = async (count) => {
  const ports = await Promise.all(Array.from({ length: count * 2 }, freePort));
  const routes = ports.slice(count).map((port) => `nats://127.0.0.1:${port}`);
  const said = ports.slice(0, count).map((port, index) => {
    const cluster = count === 1 ? [] : ["--cluster_name", "c", "--cluster", routes[index], "--routes", routes.join(",")];
    const server = spawn("usr/sbin/nats-server", ["-js", "-a", "127.0.0.1", "-p", `${port}`, "-n", `n${index}`, "-sd", `store${index}`, ...cluster]);
    servers.push(server);
    const lines = createInterface({ input: server.stderr });
    const line = (pattern) => new Promise((resolve) => lines.on("line", (text) => pattern.test(text) && resolve()));
    return { ready: line(/Server is ready/), leader: line(/new metadata leader/) };
  });
  await Promise.all(said.map(({ ready }) => ready));
  if (count > 1) await Promise.race(said.map(({ leader }) => leader));
  return ports.slice(0, count).map((port) => `127.0.0.1:${port}`);
};
const patiently = async (work) => {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === 40) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
};
const bothIn = async (addresses, replicas, rounds) => {
  const clients = await Promise.all([0, 1].map((index) => connect({ servers: addresses[index % addresses.length] })));
  assert.equal(clients[0].info.version, "2.9.10");
  const bucket = await patiently(() => new Kvm(clients[0]).create("b", { replicas }));
  const buckets = [bucket, await patiently(() => new Kvm(clients[1]).open("b"))];
  let both = 0;
  for (let round = 0; round < rounds; round++) {
    const revision = await patiently(() => buckets[0].put("key", `${round}`));
    const won = await Promise.allSettled(buckets.map((each, index) => each.update("key", `by ${index}`, revision)));
    if (won.every(({ status }) => status === "fulfilled")) both++;
  }
  for (const client of clients) await client.close();
  return both;
};
const one = await bothIn(await start(1), 1, 150);
const three = await bothIn(await start(3), 3, 150);
console.log({ "both accepted on one node": one, "on three": three, of: 150 });
assert.equal(one, 0);
assert.ok(three > 0);
process.exit(0);
JS
