#!/usr/bin/env bash
# @nats-io/kv 3.4.0 with nats-server 2.9.10 (Debian 12): creating a bucket that exists with other options succeeds, and the options are dropped.
# Seen: create with a time to live and a history of 5 on a bucket made without resolves; the bucket has neither. streams.add of the stream behind it rejects.
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
import { jetstreamManager } from "@nats-io/jetstream";
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
const nc = await connect({ servers: await start(1) });
assert.equal(nc.info.version, "2.9.10");
const kvm = new Kvm(nc);
await kvm.create("b", { history: 1 });
const again = await kvm.create("b", { history: 5, ttl: 60_000 });
const { history, ttl } = await again.status();
console.log({ asked: { history: 5, ttl: 60_000 }, got: { history, ttl } });
assert.deepEqual({ history, ttl }, { history: 1, ttl: 0 });
const jsm = await jetstreamManager(nc);
const { config } = await jsm.streams.info("KV_b");
await assert.rejects(() => jsm.streams.add({ ...config, max_msgs_per_subject: 5 }), /already in use/);
process.exit(0);
JS
