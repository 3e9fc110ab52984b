#!/usr/bin/env bash
# nats-server 2.9.10 (Debian 12) with @nats-io/jetstream 3.4.0: an ordered consumer of a stream that is deleted and made anew misses the first messages of the new one without an error.
# Seen: after 5 messages the stream is made anew and gets 3: none of them ever arrives; those of six seconds later do. No error.
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
const make = () => jsm.streams.add({ name: "log", subjects: ["log"] });
await make();
for (const text of ["a", "b", "c", "d", "e"]) await js.publish("log", text);
const consumer = await js.consumers.get("log");
const read = [];
let more = () => undefined;
const messages = await consumer.consume({
  idle_heartbeat: 500,
  callback: (message) => {
    read.push(message.string());
    more();
  },
});
while (read.length < 5) await new Promise((resolve) => (more = resolve));
await jsm.streams.delete("log");
await make();
for (const text of ["A", "B", "C"]) await js.publish("log", text);
await new Promise((resolve) => setTimeout(resolve, 6_000));
for (const text of ["D", "E", "F"]) await js.publish("log", text);
while (!read.includes("F")) await new Promise((resolve) => (more = resolve));
console.log({ read, "never read": ["A", "B", "C", "D", "E"].filter((text) => !read.includes(text)) });
assert.equal(read.includes("A"), false);
await messages.close();
process.exit(0);
JS
