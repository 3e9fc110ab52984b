/** How a fleet is run: its health, draining, two versions side by side, an account that may do no more than the guide says. */
import { definePlugin, SGPClient, type WatchEvent } from "@evalwire/core";
import { createFleet, type Fleet, FleetError, type FleetOptions, fleetStatus, healthHandler } from "@evalwire/fleet";
import { observeFleet } from "@evalwire/fleet/openTelemetry";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { afterAll, beforeAll, expect, it } from "vitest";
import { joinFleet } from "../../src/createFleet.ts";
import { connectEngine } from "../../src/engine/Engine.ts";
import { Names } from "../../src/engine/Names.ts";
import { Formats } from "../../src/membership/Formats.ts";
import { unique } from "../bed.ts";
import { FollowerCheck } from "../FollowerCheck.ts";
import { Nats, withNats } from "../nats.ts";
import { Proxy } from "../Proxy.ts";
import { Platform } from "../platform.ts";

const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 5));
const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await turn();
};

withNats("Running a fleet:", () => {
  let nats: Nats;
  beforeAll(async () => {
    nats = await Nats.start(1);
  });
  afterAll(() => nats.stop());

  const optionsOf = (platform: Platform, name: string, more: Partial<FleetOptions> = {}): FleetOptions => ({
    servers: nats.servers,
    client: new SGPClient({ apiKey: "k", baseURL: "https://sgp.test", fetch: platform.fetch, maxRetries: 0 }),
    name,
    shards: 4,
    lease: 1_000,
    beat: 300,
    requestsPerMinute: 6_000,
    polling: { interval: [50, 200], requestsPerMinute: 6_000 },
    ...more,
  });

  const follow = async (fleet: Fleet, platform: Platform, ids: ReadonlyArray<string>) => {
    const checks = ids.map((id) => new FollowerCheck(fleet.watch(id), platform, id));
    await Promise.all(
      checks.map(async (check) => {
        await check.watch.ready;
        await check.caughtUp();
      }),
    );
    return checks;
  };

  it("health says who holds what, how far behind, the budget and the server; the endpoint answers 200 and 503, and status requests it", async () => {
    const platform = new Platform();
    for (const id of ["e1", "e2"]) platform.add(id, 2);
    const name = unique();
    const fleets = await Promise.all([
      createFleet(optionsOf(platform, name, { member: "a" })),
      createFleet(optionsOf(platform, name, { member: "b" })),
    ]);
    const [first] = fleets;
    const checks = await follow(first!, platform, ["e1", "e2"]);
    const journal = first!.consume("journal", () => undefined);
    await journal.ready;
    await until(async () => {
      const { shards, problems, budget, consumers } = await first!.health();
      const isRead = consumers.every(({ behind }) => behind === 0);
      return shards.held.length === 2 && problems.length === 0 && budget.share > 0 && isRead;
    });
    const health = await first!.health();
    expect(health).toMatchObject({
      name,
      label: "a",
      state: "serving",
      problems: [],
      server: { isClustered: false, notes: ["one node: its death stops the fleet until it is back"] },
      format: { reads: [1], writes: [1], current: 1 },
      members: 2,
      shards: { all: 4 },
      followed: 2,
      consumers: [{ name: "journal", behind: 0 }],
      work: { workers: 0, busy: 0, done: 0 },
      budget: { perMinute: 6_000, share: 3_000, haltedMillis: 0 },
    });
    expect(health.lags.map(({ behind }) => behind)).toEqual(health.lags.map(() => 0));
    const both = await Promise.all(fleets.map((fleet) => fleet.health()));
    expect(both.flatMap(({ shards }) => shards.held).sort()).toEqual([0, 1, 2, 3]);
    expect(both.reduce((sum, { evaluations }) => sum + evaluations, 0)).toBe(2);

    const overview = await fleetStatus({ servers: nats.servers, name, listenMillis: 500 });
    const reported = overview.members.map((each) => [each.health?.label, each.health?.state]).sort();
    expect(reported).toEqual([
      ["a", "serving"],
      ["b", "serving"],
    ]);

    const handle = healthHandler(first!);
    const get = (path: string, method = "GET") => handle(new Request(`http://localhost/ops/${path}`, { method }));
    expect((await get("readyz")).status).toBe(200);
    expect((await (await get("healthz")).json()).shards.held).toHaveLength(2);
    expect((await get("healthz", "POST")).status).toBe(405);
    expect((await get("health")).status).toBe(404);
    for (const check of checks) expect(check.violations()).toEqual([]);
    for (const fleet of fleets) await fleet.close();
    expect((await get("readyz")).status).toBe(503);
    expect((await get("livez")).status).toBe(503);
  });

  it("a replica that joins is given shards once it takes them: no shard waits for it without a publisher", async () => {
    const platform = new Platform();
    const name = unique();
    const join = (lease: number) => createFleet(optionsOf(platform, name, { lease }));
    const heldBy = async (fleet: Fleet) => (await fleet.health()).shards.held.length;
    const first = await join(500);
    await until(async () => (await heldBy(first)) === 4);
    const second = await join(4_000);
    await until(async () => {
      const isGiven = (await heldBy(first)) < 4;
      const { state, shards } = await second.health();
      expect([isGiven, state]).not.toEqual([true, "joining"]);
      return shards.held.length === 2;
    });
    expect(await heldBy(first)).toBe(2);
    await Promise.all([first, second].map((fleet) => fleet.close()));
  });

  it("replicas whose options differ go on and say so, each once and in their health, for as long as they do", async () => {
    const platform = new Platform();
    platform.add("e1", 2);
    const name = unique();
    const failures: Record<string, Array<unknown>> = { a: [], b: [], c: [] };
    const join = (member: string, more: Partial<FleetOptions> = {}) =>
      createFleet(
        optionsOf(platform, name, { member, onFailure: (error) => void failures[member]!.push(error), ...more }),
      );
    const other = { requestsPerMinute: 3_000, lease: 2_000, polling: { interval: [60, 200] as const } };
    const [a, b] = [await join("a"), await join("b", other)];
    const checks = [...(await follow(a, platform, ["e1"])), ...(await follow(b, platform, ["e1"]))];
    const differences = [
      "lease is 1000 (a) and 2000 (b); each counts for its own replica.",
      "requestsPerMinute is 6000 (a) and 3000 (b); that of the replica which grants the budget counts.",
      'polling is {"interval":[50,200],"requestsPerMinute":6000} (a) and {"interval":[60,200]} (b); that of the replica which publishes a shard counts.',
    ].map((each) => `Replicas of this fleet have different options: ${each}`);
    const isWhole = async (fleet: Fleet) => (await fleet.health()).shards.held.length === 2;
    await until(async () => (await isWhole(a)) && (await isWhole(b)));
    for (const fleet of [a, b]) {
      const { problems, state } = await fleet.health();
      expect([problems, state]).toEqual([differences, "serving"]);
    }
    const reported = differences.map((message) => expect.objectContaining({ problem: "OtherOptions", message }));
    expect(failures).toEqual({ a: reported, b: reported, c: [] });
    const { owner } = a.status().budget;
    const granted = owner === a.status().member ? 6_000 : 3_000;
    for (const fleet of [a, b]) expect(fleet.status().budget).toMatchObject({ owner, perMinute: granted });
    const overview = await fleetStatus({ servers: nats.servers, name, listenMillis: 700 });
    expect(overview.differences).toEqual(differences);
    // One after the other is replaced: in the end all agree.
    await a.close();
    const c = await join("c", other);
    checks.push(...(await follow(c, platform, ["e1"])));
    await until(() => c.status().budget.perMinute === 3_000);
    await until(async () => (await c.health()).problems.length === 0);
    expect([failures["a"]!.length, failures["b"]!.length, failures["c"]]).toEqual([3, 3, []]);
    for (const check of checks) expect(check.violations()).toEqual([]);
    await Promise.all([b, c].map((fleet) => fleet.close()));
  });

  it("a replica that drains gives up everything at once and goes on following; nothing is reported twice or lost", async () => {
    const platform = new Platform();
    const ids = ["e1", "e2", "e3", "e4"];
    for (const id of ids) platform.add(id, 2);
    const name = unique();
    // Nothing here waits for the end of a lease: a busy machine is to be taken for nothing else.
    const own = { lease: 3_000 };
    const first = await createFleet(optionsOf(platform, name, own));
    const checks = await follow(first, platform, ids);
    const second = await createFleet(optionsOf(platform, name, own));
    const others = await follow(second, platform, ids);
    await until(() => second.status().shards.filter(({ holder }) => holder === second.status().member).length === 2);
    const handled: Array<WatchEvent> = [];
    const consumption = first.consume("journal", (event) => void handled.push(event));
    await consumption.ready;
    const elections = second.status().elections;
    await first.drain();
    expect((await first.health()).state).toBe("draining");
    expect((await first.health()).shards.held).toEqual([]);
    await until(async () => (await second.health()).shards.held.length === 4);
    await until(async () => (await second.health()).budget.owner === second.status().member);
    // Not for a moment was it taken for dead: no office was won twice.
    expect(second.status().elections - elections).toBeLessThanOrEqual(3);
    for (const id of ids) platform.set(id, `${id}-t1`, { priority: 9 });
    await Promise.all([...checks, ...others].map((check) => check.caughtUp()));
    for (const check of [...checks, ...others]) expect(check.violations()).toEqual([]);
    expect(handled).toEqual([]);
    expect((await healthHandler(first)(new Request("http://localhost/readyz"))).status).toBe(503);
    expect((await healthHandler(first)(new Request("http://localhost/livez"))).status).toBe(200);
    await first.drain();
    await first.close();
    await second.close();
  });

  it("metrics say what health says", async () => {
    const platform = new Platform();
    platform.add("e1", 2);
    const name = unique();
    const fleet = await createFleet(optionsOf(platform, name, { member: "a" }));
    await follow(fleet, platform, ["e1"]);
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
    const provider = new MeterProvider({ readers: [reader] });
    let asked = 0;
    const health = () => {
      asked++;
      return fleet.health();
    };
    const stop = observeFleet({ health }, { meter: provider.getMeter("test") });
    await provider.forceFlush();
    const values = () =>
      new Map(
        exporter
          .getMetrics()
          .flatMap(({ scopeMetrics }) => scopeMetrics)
          .flatMap(({ metrics }) => metrics)
          .map(({ descriptor, dataPoints }) => [
            descriptor.name,
            dataPoints.map(({ value, attributes }) => ({ value, attributes })),
          ]),
      );
    const at = { "evalwire.fleet": name, "evalwire.fleet.member": "a" };
    const found = values();
    expect(found.get("evalwire.fleet.members")).toEqual([{ value: 1, attributes: at }]);
    expect(found.get("evalwire.fleet.shards.held")).toEqual([{ value: 4, attributes: at }]);
    expect(found.get("evalwire.fleet.evaluations.published")).toEqual([{ value: 1, attributes: at }]);
    expect(found.get("evalwire.fleet.ready")).toEqual([{ value: 1, attributes: at }]);
    expect(found.get("evalwire.fleet.log.lag")).toMatchObject([{ value: 0 }]);
    expect(Number(found.get("evalwire.fleet.requests.admitted")?.[0]?.value)).toBeGreaterThan(0);
    const { version } = fleet.status().server;
    expect(found.get("evalwire.fleet.info")).toEqual([
      { value: 1, attributes: { ...at, "nats.server.version": version, "evalwire.feed.format": 1 } },
    ]);
    stop();
    await provider.forceFlush();
    expect(asked).toBe(1);
    await provider.shutdown();
    await fleet.close();
  });

  it("a plugin's hooks are called for the events of a fleet's watch, on every replica that follows; those marked once are not", async () => {
    const platform = new Platform();
    platform.add("e1", 1);
    const name = unique();
    const heard = [[], []] as ReadonlyArray<Array<string>>;
    const once: Array<string> = [];
    const fleets = await Promise.all(
      heard.map((own) => {
        const plugin = definePlugin({
          name: "listener",
          setup: (host) => {
            host.on({ types: ["task.updated"] }, ({ current }) => void own.push(`${current?.priority}`));
            host.on({ types: ["task.updated"] }, ({ current }) => void once.push(`${current?.priority}`), {
              once: true,
            });
          },
        });
        const client = new SGPClient({
          apiKey: "k",
          baseURL: "https://sgp.test",
          fetch: platform.fetch,
          plugins: [plugin],
        });
        return createFleet(optionsOf(platform, name, { client }));
      }),
    );
    const checks = (await Promise.all(fleets.map((fleet) => follow(fleet, platform, ["e1"])))).flat();
    for (const priority of [2, 3]) {
      platform.set("e1", "e1-t1", { priority });
      await Promise.all(checks.map((check) => check.caughtUp()));
    }
    await until(() => heard.every(({ length }) => length === 2) && once.length === 2);
    expect(heard).toEqual([
      ["2", "3"],
      ["2", "3"],
    ]);
    expect(once).toEqual(["2", "3"]);
    for (const fleet of fleets) await fleet.close();
  });

  it("versions N and N + 1 side by side write format N; without the last N they write N + 1; N is refused then", async () => {
    const platform = new Platform();
    platform.add("e1", 2);
    const name = unique();
    const failures: Array<unknown> = [];
    const onFailure = (error: unknown) => void failures.push(error);
    const older = () => joinFleet(optionsOf(platform, name, { shards: 1, snapshotEvery: 3, onFailure }), new Formats());
    const newer = () =>
      joinFleet(
        optionsOf(platform, name, { shards: 1, snapshotEvery: 3, onFailure }),
        new Formats({ reads: [1, 2], writes: [1, 2] }),
      );
    const engine = await connectEngine({ servers: nats.servers });
    const names = new Names(name, 1);
    const written = async () => {
      const message = await engine.jsm.streams.getMessage(names.logStream(0), {
        last_by_subj: names.log(0, names.keyOf("e1", "v4")),
      });
      return message!.data.length === 0 ? undefined : (message!.json<{ readonly format: number }>().format ?? 0);
    };
    const change = async (priority: number, checks: ReadonlyArray<FollowerCheck>) => {
      platform.set("e1", "e1-t1", { priority });
      await Promise.all(checks.map((check) => check.caughtUp()));
    };
    const first = await older();
    const [one] = await follow(first, platform, ["e1"]);
    const second = await newer();
    const [two] = await follow(second, platform, ["e1"]);
    for (const priority of [2, 3, 4, 5]) await change(priority, [one!, two!]);
    expect((await second.health()).format).toEqual({ reads: [1, 2], writes: [1, 2], current: 1 });
    // The newer one publishes, and writes what the older one reads.
    await first.drain();
    for (const priority of [6, 7, 8, 9]) await change(priority, [one!, two!]);
    expect([1, undefined]).toContain(await written());
    await first.close();
    await until(async () => (await second.health()).format.current === 2);
    for (const priority of [10, 11, 12, 13]) await change(priority, [two!]);
    expect([2, undefined]).toContain(await written());
    const third = await newer();
    const [three] = await follow(third, platform, ["e1"]);
    for (const priority of [14, 15]) await change(priority, [two!, three!]);
    for (const check of [one!, two!, three!]) expect(check.violations()).toEqual([]);
    await expect(older()).rejects.toMatchObject({
      problem: "OtherFormat",
      message: `The fleet ${name} writes feeds of format 2, and this version reads 1; run a newer version of @evalwire/fleet.`,
    });
    const tooNew = new Formats({ reads: [3], writes: [3] });
    await expect(joinFleet(optionsOf(platform, name, { shards: 1 }), tooNew)).rejects.toMatchObject({
      problem: "OtherFormat",
      message: `The fleet ${name} writes feeds of format 2, and this version reads 3; replace its replicas by a version in between first, which reads and writes both.`,
    });
    expect(failures.filter((error) => error instanceof FleetError && error.problem === "OtherFormat")).toEqual([]);
    await engine.close();
    await second.close();
    await third.close();
  });

  it("a replica of version N that was cut off for more than twenty leases, while the fleet went on to N + 1, says so and drains", async () => {
    const platform = new Platform();
    for (const id of ["e1", "e2"]) platform.add(id, 2);
    const name = unique();
    const proxy = await Proxy.before(nats.nodes.map(({ port }) => port));
    const failures: Array<unknown> = [];
    const own = { shards: 2, lease: 200 };
    const onFailure = (error: unknown) => void failures.push(error);
    const older = await joinFleet(
      optionsOf(platform, name, { ...own, servers: [proxy.url], onFailure }),
      new Formats({ reads: [1], writes: [1] }),
    );
    const newer = await joinFleet(optionsOf(platform, name, own), new Formats({ reads: [1, 2], writes: [1, 2] }));
    const checks = await follow(newer, platform, ["e1", "e2"]);
    await until(async () => (await newer.health()).members === 2);
    expect((await newer.health()).format.current).toBe(1);
    proxy.cut();
    await until(async () => (await newer.health()).format.current === 2);
    expect((await older.health()).state).toBe("disconnected");
    expect((await newer.health()).shards.held).toEqual([0, 1]);
    proxy.restore();
    await until(async () => (await older.health()).state === "draining");
    const reported = failures.filter((error) => error instanceof FleetError && error.problem === "OtherFormat");
    expect(reported).toMatchObject([
      {
        message: `The fleet ${name} writes feeds of format 2, and this version reads 1; run a newer version of @evalwire/fleet.`,
      },
    ]);
    // It is there, and is given nothing.
    await until(async () => (await newer.health()).members === 2);
    for (const id of ["e1", "e2"]) platform.set(id, `${id}-t1`, { priority: 9 });
    await Promise.all(checks.map((check) => check.caughtUp()));
    expect((await older.health()).shards.held).toEqual([]);
    expect((await older.health()).format.current).toBe(1);
    expect((await newer.health()).shards.held).toEqual([0, 1]);
    for (const check of checks) expect(check.violations()).toEqual([]);
    await older.close();
    await newer.close();
    await proxy.close();
  });
});

withNats("An account with the permissions of the guide", () => {
  it("runs a fleet: watches, consumers, snapshots, work; without one of them the error names it", async () => {
    const name = unique();
    const allowed = (without = "") => {
      const all = [`ew.${name}.>`, "$JS.API.>", "$JS.ACK.>", `$O.EW_${name}_snapshots.>`, "_INBOX.>"];
      return JSON.stringify(all.filter((each) => each !== without));
    };
    const permissions = (subjects: string) => `permissions { publish: ${subjects}, subscribe: ${subjects} }`;
    const config = `
      jetstream: enabled
      authorization {
        users = [
          { user: board, password: right, ${permissions(allowed())} }
          { user: less, password: right, ${permissions(allowed(`ew.${name}.>`))} }
        ]
      }`;
    await using nats = await Nats.start(1, { config });
    const platform = new Platform();
    platform.add("e1", 2);
    const failures: Array<unknown> = [];
    const options = (user: string): FleetOptions => ({
      servers: nats.servers,
      connection: { user, pass: "right" },
      client: new SGPClient({ apiKey: "k", baseURL: "https://sgp.test", fetch: platform.fetch, maxRetries: 0 }),
      name,
      shards: 1,
      lease: 1_000,
      beat: 300,
      requestsPerMinute: 6_000,
      snapshotEvery: 2,
      polling: { interval: [50, 200], requestsPerMinute: 6_000 },
      onFailure: (error) => failures.push(error),
    });
    const fleet = await createFleet(options("board"));
    const watch = fleet.watch("e1");
    const check = new FollowerCheck(watch, platform, "e1");
    await watch.ready;
    await check.caughtUp();
    const handled: Array<string> = [];
    const consumption = fleet.consume("journal", ({ type }) => void handled.push(type));
    await consumption.ready;
    for (const priority of [2, 3, 4, 5, 6]) {
      platform.set("e1", "e1-t1", { priority });
      await check.caughtUp();
    }
    await until(() => handled.length >= 5);
    const worker = await fleet.queue.work({ same: async (job) => job });
    const run = await fleet.queue.run("r");
    expect((await run.do("same", new Uint8Array([7]))).bytes[0]).toBe(7);
    await run.close();
    await worker.close();
    await fleet.forget("journal");
    expect(
      await fleetStatus({
        servers: nats.servers,
        connection: { user: "board", pass: "right" },
        name,
        listenMillis: 300,
      }),
    ).toMatchObject({
      members: [{ offices: { s0: 1 } }],
    });
    expect(failures.map(String)).toEqual([]);
    expect(check.violations()).toEqual([]);
    await fleet.close();
    await expect(createFleet(options("less"))).rejects.toMatchObject({
      problem: "Refused",
      message: expect.stringMatching(/^The NATS account may not do what a fleet needs .*Permissions Violation/),
    });
  });
});
