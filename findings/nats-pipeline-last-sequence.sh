#!/usr/bin/env bash
# nats-server 2.9.10 (Debian 12) with @nats-io/jetstream 3.4.0: publishes under way that each expect the sequence before them are no chain: after one that was refused the next ones fit again. Expected message ids are one.
# Seen: an intruder takes number 6 of ten: by sequence only the 6th is refused and the 7th to 10th are stored behind the hole; by id all of them are refused.
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
import { connect } from "@nats-io/transport-node";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
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
const [js, jsm] = [jetstream(nc), await jetstreamManager(nc)];
const stored = async (name, expect) => {
  await jsm.streams.add({ name, subjects: [name] });
  const publish = (n) => js.publish(name, `${n}`, { msgID: `own.${n}`, expect: expect(n) });
  for (let n = 1; n <= 5; n++) await publish(n);
  await js.publish(name, "intruder", { msgID: "intruder" });
  const rest = await Promise.allSettled([6, 7, 8, 9, 10].map(publish));
  return [6, 7, 8, 9, 10].filter((_, index) => rest[index].status === "fulfilled");
};
const bySequence = await stored("a", (n) => ({ lastSequence: n - 1 }));
const byId = await stored("b", (n) => (n === 1 ? {} : { lastMsgID: `own.${n - 1}` }));
console.log({ "stored behind the intruder, by sequence": bySequence, "by id": byId });
assert.deepEqual(bySequence, [7, 8, 9, 10]);
assert.deepEqual(byId, []);
process.exit(0);
JS
