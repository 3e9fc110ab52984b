/** The status of a fleet on a cluster that has lost nodes: what can be known is said, and what cannot. */
import { SGPClient } from "@evalwire/core";
import { createFleet, type FleetOptions, fleetStatus } from "@evalwire/fleet";
import { afterEach, beforeEach, expect, it } from "vitest";
import { connectEngine } from "../../src/engine/Engine.ts";
import { Names } from "../../src/engine/Names.ts";
import { unique } from "../bed.ts";
import { Nats, withNats } from "../nats.ts";
import { Platform } from "../platform.ts";
import { electionMillis } from "../storm/electionMillis.ts";

withNats("The status of a fleet whose cluster", () => {
  let nats: Nats;
  beforeEach(async () => {
    nats = await Nats.start(3);
  });
  afterEach(() => nats.stop());

  const join = async (node: number, more: Partial<FleetOptions> = {}) => {
    const platform = new Platform();
    platform.add("e1", 1);
    const name = unique();
    const fleet = await createFleet({
      servers: nats.servers[node]!,
      client: new SGPClient({ apiKey: "k", baseURL: "https://sgp.test", fetch: platform.fetch, maxRetries: 0 }),
      name,
      member: "a",
      shards: 1,
      lease: 1_000,
      connectTimeoutMillis: electionMillis,
      ...more,
    });
    await fleet.watch("e1").ready;
    return { fleet, name, names: new Names(name, 1) };
  };
  const status = (name: string, node: number) =>
    fleetStatus({ servers: nats.servers[node]!, name, listenMillis: 600, connectTimeoutMillis: 500 });

  it("has no leader: its replicas, and that JetStream does not answer", async () => {
    const { fleet, name, names } = await join(0);
    await Promise.all([nats.nodes[1]!.kill(), nats.nodes[2]!.kill()]);
    const overview = await status(name, 0);
    expect(overview.server.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(overview.members.map(({ health }) => health?.label)).toEqual(["a"]);
    // The node that is left may have led the cluster, and lists its streams then. A leader of a stream answers reads for a while.
    const silent = overview.unknown.at(-1)!;
    expect(silent).toMatch(/^No leader answers for the streams? /);
    for (const each of overview.unknown.slice(0, -1)) expect(each).toMatch(/JetStream/);
    expect(overview.logs.map(({ stream }) => stream)).toEqual([names.logStream(0)]);
    expect(overview.logs[0]!.messages === null).toBe(silent.includes(names.logStream(0)));
    expect(overview.deadLetters === null).toBe(silent.includes(names.deadStream));
    await fleet.close();
  });

  it("has lost a node with the only copy of a log: the others, and which stream has no leader", async () => {
    const { fleet, name, names } = await join(0, { replicas: 1 });
    const engine = await connectEngine({ servers: nats.servers });
    const { cluster } = await engine.jsm.streams.info(names.logStream(0));
    await engine.close();
    const lost = nats.nodes.findIndex((node) => node.name === cluster?.leader);
    await nats.nodes[lost]!.kill();
    const node = (lost + 1) % 3;
    let overview = await status(name, node);
    // The two others may have to elect a leader of the cluster first.
    while (overview.unknown.some((each) => each.startsWith("JetStream"))) overview = await status(name, node);
    expect(overview.logs).toEqual([{ stream: names.logStream(0), messages: null, bytes: null, lastSequence: null }]);
    expect(overview.unknown.join()).toContain(names.logStream(0));
    await fleet.close();
  });

  it("has lost one of three nodes: everything, and which node is missing", async () => {
    const { fleet, name } = await join(0);
    await nats.nodes[2]!.kill();
    const read = () =>
      fleetStatus({ servers: nats.servers, name, listenMillis: 600, connectTimeoutMillis: electionMillis });
    let overview = await read();
    while (overview.missingNodes.length === 0 || overview.unknown.length > 0) overview = await read();
    expect(overview.missingNodes).toEqual(["n3"]);
    expect(overview.servers).toEqual([
      { address: nats.servers[0], version: overview.server.version },
      { address: nats.servers[1], version: overview.server.version },
      { address: nats.servers[2], version: null },
    ]);
    expect(overview.logs[0]?.messages).toBeGreaterThan(0);
    expect(overview.deadLetters).toBe(0);
    await fleet.close();
  });
});
