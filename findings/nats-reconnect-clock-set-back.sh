#!/usr/bin/env bash
# @nats-io/nats-core 3.4.0 (transport-node 3.4.0) with nats-server 2.9.10 (Debian 12): after the wall clock was set back, a client that has lost its
# connection does not try again until the clock has caught up with its last attempt.
# Seen: the server is restarted in half a second. Without a change of the clock the client is back at once; with the clock set back by an hour it makes
# no attempt within 10 s, although it waits 100 ms between two and gives up never. The waiting time is compared by Date.now().
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq nats-server > /dev/null 2>&1
dpkg-deb -x nats-server_*.deb .
echo '{ "private": true, "type": "module" }' > package.json
npm install --no-audit --no-fund --loglevel=error @nats-io/transport-node@3.4.0 > /dev/null

node --input-type=module <<'JS'
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { connect } from "@nats-io/transport-node";

const free = createServer().listen(0, "127.0.0.1");
await once(free, "listening");
const { port } = free.address();
free.close();
await once(free, "close");
let server;
const start = async () => {
  server = spawn("usr/sbin/nats-server", ["-a", "127.0.0.1", "-p", `${port}`]);
  const lines = createInterface({ input: server.stderr });
  await new Promise((resolve) => lines.on("line", (text) => /Server is ready/.test(text) && resolve()));
};
process.once("exit", () => server.kill("SIGKILL"));
const wall = Date.now.bind(Date);
let skew = 0;
Date.now = () => wall() + skew;

/** Whether a client is back within 10 s after the server was restarted, and the attempts it has made. */
const trial = async (setBackMillis) => {
  await start();
  const nc = await connect({ servers: `127.0.0.1:${port}`, reconnectTimeWait: 100, reconnectJitter: 0, maxReconnectAttempts: -1 });
  assert.equal(nc.info.version, "2.9.10");
  let isBack = false;
  let dials = 0;
  const watching = (async () => {
    for await (const { type } of nc.status()) if (type === "reconnect") isBack = true;
  })();
  const counter = createServer();
  skew -= setBackMillis;
  const ended = once(server, "exit");
  server.kill("SIGKILL");
  await ended;
  // Attempts at the port are counted before the server is there again.
  counter.on("connection", (socket) => {
    dials++;
    socket.destroy();
  });
  counter.listen(port, "127.0.0.1");
  await once(counter, "listening");
  await new Promise((resolve) => setTimeout(resolve, 500));
  counter.close();
  await once(counter, "close");
  await start();
  for (let waited = 0; waited < 10_000 && !isBack; waited += 50) await new Promise((resolve) => setTimeout(resolve, 50));
  await nc.close();
  await watching;
  const over = once(server, "exit");
  server.kill("SIGKILL");
  await over;
  return { isBack, hasDialled: dials > 0 };
};
const kept = await trial(0);
const setBack = await trial(3_600_000);
console.log({ "clock kept": kept, "clock set back by an hour": setBack });
assert.deepEqual(kept, { isBack: true, hasDialled: true });
assert.deepEqual(setBack, { isBack: false, hasDialled: false });
console.log("as found: no attempt while the clock is behind the last one");
JS
