#!/usr/bin/env bash
# nats-server 2.9.10 (Debian 12), a cluster of three nodes, with @nats-io/jetstream 3.4.0: the leader of a stream on three replicas whose routes to the
# other nodes are cut goes on answering `streams.getMessage` of its clients, without an error, while the others have elected another leader and
# accepted a newer message. The stream was made without `allow_direct`: the request is one that only the leader answers. What is published through
# the cut-off node is not acknowledged.
# Seen: after a message was acknowledged by the majority, the last message of the subject is the one before it through the cut-off node, and itself
# through another; a publish through the cut-off node ends with a timeout; after the cut is healed the last message is the same through each. The
# cut-off leader resigns some seconds later; where that came before the others had elected one, the round is repeated.
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
import { connect as dial, createServer } from "node:net";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
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

// Each node dials each other one through a link of its own, which can be cut without a word.
const names = ["n1", "n2", "n3"];
const clients = await Promise.all(names.map(freePort));
const routes = await Promise.all(names.map(freePort));
const nowhere = await freePort();
const links = [];
for (const from of [0, 1, 2])
  for (const to of [0, 1, 2]) {
    if (from === to) continue;
    const link = { ends: [from, to], isCut: false, sockets: [] };
    const server = createServer((inner) => {
      const outer = dial(routes[to], "127.0.0.1");
      link.sockets.push(inner, outer);
      for (const [one, other] of [[inner, outer], [outer, inner]]) {
        one.on("error", () => other.destroy());
        one.on("close", () => other.destroy());
        one.on("data", (data) => link.isCut || other.write(data));
      }
    });
    link.port = await listen(server);
    links.push(link);
  }
const nodes = names.map((name, index) => {
  const dialled = links.filter(({ ends }) => ends[0] === index).map(({ port }) => `nats://127.0.0.1:${port}`).join(",");
  const address = ["-js", "-a", "127.0.0.1", "-p", `${clients[index]}`, "-n", name, "-sd", `store-${name}`];
  // The advertised address is one where nothing listens: no route goes past its link.
  const cluster = ["--cluster_name", "c", "--cluster", `nats://127.0.0.1:${routes[index]}`, "--routes", dialled, "--cluster_advertise", `127.0.0.1:${nowhere}`];
  return spawn("usr/sbin/nats-server", [...address, ...cluster]);
});
const options = { waitOnFirstConnect: true, reconnectTimeWait: 50, maxReconnectAttempts: -1, ignoreClusterUpdates: true, pingInterval: 120_000 };
const connections = await Promise.all(clients.map((port) => connect({ ...options, servers: `127.0.0.1:${port}` })));
const managers = await until(() => Promise.all(connections.map((nc) => jetstreamManager(nc))));
await until(() => managers[0].streams.add({ name: "s", subjects: ["s"], num_replicas: 3 }));
const said = (node, text) => until(() => jetstream(connections[node]).publish("s", text, { timeout: 1_000 }));
const last = async (node) => {
  const { data } = await managers[node].streams.getMessage("s", { last_by_subj: "s" });
  return new TextDecoder().decode(data);
};
const leaderBy = async (node) => (await managers[node].streams.info("s")).cluster?.leader;

// The cut-off leader resigns some seconds later: where that is before the others have elected one, it is tried again.
let seen;
for (let round = 1; round <= 8 && seen === undefined; round++) {
  const leader = names.indexOf(await until(() => leaderBy(0)));
  const other = (leader + 1) % 3;
  const [earlier, later] = [`${round}, earlier`, `${round}, later`];
  await said(leader, earlier);
  await until(async () => (await last(other)) === earlier);
  for (const link of links) if (link.ends.includes(leader)) link.isCut = true;
  await until(async () => (await leaderBy(other)) !== names[leader]);
  await said(other, later);
  const read = await last(leader).catch(() => undefined);
  if (read !== undefined) {
    const publishing = jetstream(connections[leader]).publish("s", "lost", { timeout: 3_000 });
    const outcome = await publishing.then(() => "acknowledged", ({ name }) => name);
    const elsewhere = await until(() => last(other));
    seen = [read === earlier, elsewhere === later, outcome];
    console.log({ "last message through the cut-off leader": read, "through another node": elsewhere, "publishing through the cut-off leader": outcome });
  }
  for (const link of links) {
    link.isCut = false;
    for (const socket of link.sockets.splice(0)) socket.destroy();
  }
  await until(async () => (await last(leader)) === later);
  console.log(`healed: the last message is "${later}" through each`);
}
for (const node of nodes) node.kill("SIGKILL");
assert.deepEqual(seen, [true, true, "TimeoutError"]);
console.log("as found: a cut-off leader answers reads with what is no longer the last");
process.exit(0);
JS
