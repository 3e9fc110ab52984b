/** User errors are reported in one sentence, and nothing is lost. */
import { SGPClient } from "@evalwire/core";
import { encodeEntry } from "@evalwire/core/feed";
import { createFleet, FleetError, type FleetOptions } from "@evalwire/fleet";
import { StorageType } from "@nats-io/jetstream";
import { nanos } from "@nats-io/nats-core";
import { Objm } from "@nats-io/obj";
import { afterAll, beforeAll, expect, it } from "vitest";
import { electConfig } from "../src/engine/configs.ts";
import { connectEngine } from "../src/engine/Engine.ts";
import { Names } from "../src/engine/Names.ts";
import { unique } from "./bed.ts";
import { FollowerCheck } from "./FollowerCheck.ts";
import { Nats, withNats } from "./nats.ts";
import { Platform } from "./platform.ts";

withNats("A fleet says what is wrong:", () => {
  let nats: Nats;
  beforeAll(async () => {
    nats = await Nats.start(1);
  });
  afterAll(() => nats.stop());

  const join = (name: string, more: Partial<FleetOptions> = {}, platform = new Platform()) =>
    createFleet({
      servers: nats.servers,
      client: new SGPClient({ apiKey: "k", baseURL: "https://sgp.test", fetch: platform.fetch, maxRetries: 0 }),
      name,
      shards: 1,
      lease: 300,
      beat: 200,
      requestsPerMinute: 6_000,
      polling: { interval: [30, 100], requestsPerMinute: 6_000 },
      ...more,
    });

  const problemOf = async (fleet: Promise<unknown>) => {
    const error = await fleet.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(FleetError);
    const { problem, message } = error as FleetError;
    return { problem, message };
  };

  it("no server", async () => {
    const { problem, message } = await problemOf(
      join("a", { servers: "nats://ada:secret@127.0.0.1:9", connectTimeoutMillis: 50 }),
    );
    expect(problem).toBe("NoServer");
    expect(message).toBe(
      "No NATS server answered within 0.05 s at nats://127.0.0.1:9 (connect ECONNREFUSED 127.0.0.1:9).",
    );
    expect((await problemOf(join("a", { servers: "no address", connectTimeoutMillis: 0 }))).message).toContain(
      "at no address (Invalid URL).",
    );
    expect(await problemOf(join("a", { servers: [] }))).toMatchObject({ problem: "Invalid" });
  });

  it("wrong credentials", async () => {
    await using guarded = await Nats.start(1, { args: ["--user", "ada", "--pass", "right"] });
    const servers = guarded.servers;
    expect(await problemOf(join("a", { servers, connection: { user: "ada", pass: "wrong" } }))).toMatchObject({
      problem: "Refused",
    });
    const fleet = await join("a", { servers, connection: { user: "ada", pass: "right" } });
    await fleet.close();
    const named = (text: string) => servers.map((each) => each.replace("//", `//${text}@`));
    const other = await join("a", { servers: named("ada:right") });
    await other.close();
    expect(await problemOf(join("a", { servers: named("ada:wrong") }))).toMatchObject({ problem: "Refused" });
    await using secret = await Nats.start(1, { args: ["--auth", "a%token"] });
    const third = await join("a", { servers: secret.servers.map((each) => each.replace("//", "//a%25token@")) });
    await third.close();
  });

  it("rights of another fleet", async () => {
    const allow = `["ew.mine.>", "$JS.API.>", "$JS.ACK.>", "$O.EW_mine_snapshots.>", "_INBOX.>"]`;
    const config = `authorization { users: [{ user: ada, password: right, permissions: { publish: ${allow}, subscribe: ${allow} } }] }`;
    await using limited = await Nats.start(1, { config });
    const servers = limited.servers.map((each) => each.replace("//", "//ada:right@"));
    const { problem, message } = await problemOf(join("other", { servers }));
    expect(problem).toBe("Refused");
    expect(message).toMatch(
      /^The NATS account may not do what a fleet needs \(fleet other\): .*Permissions Violation for Publish to "ew\.other\./,
    );
    const fleet = await join("mine", { servers });
    await fleet.close();
  });

  it("a server without JetStream", async () => {
    await using bare = await Nats.start(1, { isWithoutJetStream: true });
    expect(await problemOf(join("a", { servers: bare.servers, connectTimeoutMillis: 200 }))).toMatchObject({
      problem: "NoJetStream",
    });
  });

  it("a stream of another shape, and a bucket", async () => {
    const engine = await connectEngine({ servers: nats.servers });
    const name = unique();
    const names = new Names(name, 1);
    await engine.jsm.streams.add({
      name: names.electStream,
      subjects: [names.elect("*", "*")],
      storage: StorageType.Memory,
      max_msgs_per_subject: 5,
    });
    const { problem, message } = await problemOf(join(name));
    expect(problem).toBe("OtherShape");
    expect(message).toContain(`The stream ${names.electStream} exists with other options:`);
    expect(message).toContain('storage is "memory" instead of "file"');
    expect(message).toContain("max_msgs_per_subject is 5 instead of 1");
    const other = unique();
    await engine.jsm.streams.add({ name: `OBJ_EW_${other}_snapshots`, subjects: [`${other}.>`] });
    expect(await problemOf(join(other))).toMatchObject({ problem: "OtherShape" });
    const taken = unique();
    await engine.jsm.streams.add({ name: `own-${taken}`, subjects: [`ew.${taken}.>`] });
    expect(await problemOf(join(taken))).toEqual({
      problem: "OtherShape",
      message: `A stream of another name has subjects of this fleet (stream EW_${taken}_elect: subjects overlap with an existing stream); delete it, or give the fleet another name.`,
    });
    await engine.jsm.streams.delete(`own-${taken}`);
    expect(await problemOf(join(unique(), { replicas: 3 }))).toMatchObject({
      problem: "Invalid",
      message: expect.stringContaining("There are fewer NATS nodes than requested replicas"),
    });
    await engine.close();
  });

  it("a stream with an unrequested limit, and a bucket that forgets: the client silently ignores such differences", async () => {
    const engine = await connectEngine({ servers: nats.servers });
    const name = unique();
    const names = new Names(name, 1);
    await engine.jsm.streams.add({ ...electConfig(names, 1), max_msgs: 10 });
    expect(await problemOf(join(name))).toEqual({
      problem: "OtherShape",
      message: `The stream ${names.electStream} exists with other options: max_msgs is 10 instead of -1; give the fleet another name, use the same options, or delete the stream.`,
    });
    const forgetful = unique();
    await new Objm(engine.js).create(`EW_${forgetful}_snapshots`, { ttl: nanos(60_000), storage: StorageType.File });
    expect(await problemOf(join(forgetful))).toEqual({
      problem: "OtherShape",
      message: `The bucket EW_${forgetful}_snapshots exists with other options: max_age is 60000000000 instead of 0; give the fleet another name, or delete the bucket.`,
    });
    await engine.close();
  });

  it("a log and a queue of another shape: said when they are needed, and gone on once they are deleted", async () => {
    const platform = new Platform();
    platform.add("e1", 2);
    const engine = await connectEngine({ servers: nats.servers });
    const name = unique();
    const names = new Names(name, 1);
    for (const stream of [names.logStream(0), names.jobStream])
      await engine.jsm.streams.add({ name: stream, subjects: [stream], max_age: nanos(60_000) });
    const failures: Array<unknown> = [];
    const heard = { shape: () => undefined as unknown };
    const isHeard = new Promise<void>((resolve) => {
      heard.shape = resolve as () => undefined;
    });
    const onFailure = (error: unknown) => {
      failures.push(error);
      if (error instanceof FleetError && error.problem === "OtherShape") heard.shape();
    };
    const fleet = await join(name, { onFailure }, platform);
    const check = new FollowerCheck(fleet.watch("e1"), platform, "e1");
    check.watch.onChange(() => undefined);
    await isHeard;
    expect(failures.map(String).join("\n")).toContain(`The stream ${names.logStream(0)} exists with other options: `);
    expect((await fleet.health()).problems.join("\n")).toContain(
      `The stream ${names.logStream(0)} exists with other options: `,
    );
    expect(await problemOf(fleet.queue.run("r"))).toMatchObject({ problem: "OtherShape" });
    for (const stream of [names.logStream(0), names.jobStream]) await engine.jsm.streams.delete(stream);
    await check.watch.ready;
    await check.caughtUp();
    await (await fleet.queue.run("r")).close();
    expect(check.violations()).toEqual([]);
    await engine.close();
    await fleet.close();
  });

  it("replicas of another account, platform or number of shards", async () => {
    const name = unique();
    const first = await join(name);
    const of = (options: object) =>
      new SGPClient({ apiKey: "k", baseURL: "https://sgp.test", fetch: new Platform().fetch, ...options });
    expect(await problemOf(join(name, { client: of({ accountID: "other" }) }))).toMatchObject({
      problem: "OtherFleet",
      message: `The fleet ${name} has another account ("") than this replica ("other"); give one of them another name.`,
    });
    expect(await problemOf(join(name, { client: of({ baseURL: "https://else.test" }) }))).toMatchObject({
      problem: "OtherFleet",
    });
    expect(await problemOf(join(name, { shards: 2 }))).toMatchObject({ problem: "OtherFleet" });
    await first.close();
  });

  it("options that cannot be", async () => {
    for (const options of [
      { name: "a b" },
      { name: "" },
      { shards: 0 },
      { shards: 1.5 },
      { lease: "10 millis" },
      { lease: "soon" },
      { beat: -1 },
      { requestsPerMinute: 1 },
      { retention: { age: 1 } },
      { retention: { bytesPerShard: -5 } },
      { retention: { bytesPerShard: "1 GB" as never } },
      { replicas: 2 as never },
      { replicas: "3" as never },
      { snapshotEvery: 0 },
      { snapshotEvery: "many" as never },
      { member: "" },
      { member: 7 as never },
      { onFailure: "log" as never },
      { clock: 7 as never },
      { client: undefined as never },
      { client: {} as never },
      { connection: "x" as never },
      { connection: { maxReconnectAttempts: 3 } as never },
      { connectTimeoutMillis: -1 },
      { connectTimeoutMillis: "5 seconds" as never },
    ] as ReadonlyArray<Partial<FleetOptions>>) {
      expect(await problemOf(join("a", options)), JSON.stringify(options)).toMatchObject({ problem: "Invalid" });
    }
    await expect(join("a", { polling: { pageSize: -1 } })).rejects.toMatchObject({ reason: { _tag: "Invalid" } });
  });

  it("options of what a fleet does that cannot be, before anything is asked of JetStream", async () => {
    const fleet = await join(unique());
    const js = (options: unknown): any => options;
    const config = { components: [{ name: "overlap", type: "rouge1" }] };
    const scored = (more: object) => fleet.scoreCorpus(js({ source: [], config, ...more })).next();
    const handle = () => undefined;
    const refused: ReadonlyArray<readonly [call: () => unknown, message: string]> = [
      [
        () => fleet.consume("c", handle, js({ acceptz: () => true })),
        "consume: acceptz is not known; did you mean accepts?",
      ],
      [
        () => fleet.consume("c", handle, js({ concurency: 2 })),
        "consume: concurency is not known; did you mean concurrency?",
      ],
      [() => fleet.consume("c", handle, js(null)), "consume: options must be an object, not null."],
      [
        () => fleet.consume("c", handle, { concurrency: 0 }),
        "consume: concurrency is a whole number of at least 1, not 0.",
      ],
      [
        () => fleet.consume("c", handle, { concurrency: 1.5 }),
        "consume: concurrency is a whole number of at least 1, not 1.5.",
      ],
      [
        () => fleet.consume("c", handle, { deliveries: 0 }),
        "consume: deliveries is a whole number of at least 1, not 0.",
      ],
      [
        () => fleet.consume("c", handle, { ackMillis: 0 }),
        "consume: ackMillis is a number of milliseconds of at least 1, not 0.",
      ],
      [
        () => fleet.consume("c", handle, { retryMillis: -1 }),
        "consume: retryMillis is a number of milliseconds of at least 0, not -1.",
      ],
      [
        () => fleet.consume("c", handle, js({ retryMillis: "1 s" })),
        'consume: retryMillis is a number of milliseconds of at least 0, not "1 s".',
      ],
      [() => fleet.consume("c", handle, js({ accepts: "task" })), 'consume: accepts is a function, not "task".'],
      [() => fleet.consume("c", handle, js({ onGap: 1 })), "consume: onGap is a function, not 1."],
      [() => fleet.consume("c", handle, js({ replay: "yes" })), 'consume: replay is true or false, not "yes".'],
      [() => fleet.consume("c", js(undefined)), "consume: the handler is a function, not undefined."],
      [
        () => fleet.consume("c", handle, js({ from: "begin" })),
        'consume: from is "now", "start", { time } or { evaluationId, number }, not "begin".',
      ],
      [
        () => fleet.consume("c", handle, js({ from: { evaluationId: "e1", number: 1, versoin: "v5" } })),
        "consume: from: versoin is not known; did you mean version?",
      ],
      [
        () => fleet.consume("c", handle, js({ from: { evaluationId: "e1", number: 1, version: "v6" } })),
        'consume: from.version is "v4" or "v5", not "v6".',
      ],
      [
        () => fleet.consume("c", handle, js({ from: { time: "2030-01-01T00:00:00Z", number: 1 } })),
        "consume: from: number is not known; known are time.",
      ],
      [() => fleet.forget("a b"), `The consumer's name "a b" is no name: use 1 to 64 letters, digits, - and _.`],
      [
        () => fleet.forget(js(undefined)),
        "The consumer's name undefined is no name: use 1 to 64 letters, digits, - and _.",
      ],
      [() => fleet.consume("c", handle, { from: { time: "soon" } }), 'consume: from.time is no time: "soon".'],
      [
        () => fleet.consume("c", handle, { from: { evaluationId: "e1", number: -1 } }),
        "consume: from.number is a whole number of at least 0, not -1.",
      ],
      [
        () => fleet.consume("c", handle, { from: { evaluationId: "", number: 1 } }),
        "An evaluation's id is a text that is not empty.",
      ],
      [
        () => fleet.consume("a b", handle),
        `The consumer's name "a b" is no name: use 1 to 64 letters, digits, - and _.`,
      ],
      [() => fleet.work(js({ thread: 2 })), "work: thread is not known; did you mean threads?"],
      [() => fleet.work({ threads: 0 }), "work: threads is a whole number of at least 1, not 0."],
      [() => fleet.work({ threads: 1.5 }), "work: threads is a whole number of at least 1, not 1.5."],
      [() => fleet.work(js({ setup: 7 })), "work: setup is the URL of a module, not 7."],
      [() => scored({ runs: "r" }), "scoreCorpus: runs is not known; did you mean run?"],
      [() => scored({ pieceRecord: 1 }), "scoreCorpus: pieceRecord is not known; did you mean pieceRecords?"],
      [() => scored({ pieces: 0 }), "scoreCorpus: pieces is a whole number of at least 1, not 0."],
      [() => scored({ pieceRecords: 0 }), "scoreCorpus: pieceRecords is a whole number of at least 1, not 0."],
    ];
    for (const [call, message] of refused)
      expect(await problemOf((async () => call())()), message).toEqual({ problem: "Invalid", message });
    expect(() => fleet.watch("e1", js({ expireing: [] }))).toThrow("did you mean expiring?");
    const { jsm } = await connectEngine({ servers: nats.servers });
    expect(await jsm.streams.names(new Names(fleet.status().name, 1).jobStream).next()).toEqual([]);
    await fleet.close();
  });

  it("an evaluation id that is no subject token is watched all the same; an empty one is refused", async () => {
    const platform = new Platform();
    const id = "a..b > * ü\n";
    platform.add(id, 2);
    const fleet = await join(unique(), {}, platform);
    const check = new FollowerCheck(fleet.watch(id), platform, id);
    await check.watch.ready;
    await check.caughtUp();
    expect(check.violations()).toEqual([]);
    expect(() => fleet.watch("")).toThrow("An evaluation's id is a text that is not empty.");
    await fleet.close();
    expect(() => fleet.watch("e1")).toThrow("The fleet, or its queue, was closed");
    await expect(fleet.forget("journal")).rejects.toMatchObject({ problem: "Closed" });
  });

  it("a replica with another format: what it writes is reported and not made up, and what was known stays", async () => {
    const platform = new Platform();
    platform.add("e1", 2);
    const name = unique();
    const failures: Array<unknown> = [];
    const fleet = await join(name, { onFailure: (error) => failures.push(error) }, platform);
    const check = new FollowerCheck(fleet.watch("e1"), platform, "e1");
    await check.watch.ready;
    await check.caughtUp();
    const engine = await connectEngine({ servers: nats.servers });
    const names = new Names(name, 1);
    const entry = { format: 2, kind: "news" } as unknown as Parameters<typeof encodeEntry>[0];
    const reported = new Promise<void>((resolve) => {
      const look = () => {
        if (failures.some((error) => String(error).includes("it has format 2"))) resolve();
        else setImmediate(look);
      };
      look();
    });
    await engine.js.publish(names.log(0, names.keyOf("e1", "v4")), encodeEntry(entry), { msgID: "9.1.other" });
    await reported;
    expect(check.states().size).toBe(2);
    await engine.close();
    await fleet.close();
  });

  it("a full store: writing waits and goes on once there is room, with nothing lost", async () => {
    await using small = await Nats.start(1, { config: "jetstream { max_file_store: 300KB }" });
    const platform = new Platform();
    platform.add("e1", 3);
    const failures: Array<unknown> = [];
    const fleet = await join(
      unique(),
      { servers: small.servers, onFailure: (error) => failures.push(error) },
      platform,
    );
    const check = new FollowerCheck(fleet.watch("e1"), platform, "e1");
    await check.watch.ready;
    await check.caughtUp();
    const engine = await connectEngine({ servers: small.servers });
    await engine.jsm.streams.add({ name: "FILL", subjects: ["fill"] });
    // To the last byte: there is no room for any entry, however many changes are joined in it.
    for (const size of [4_000, 100, 1]) {
      const filler = new Uint8Array(size);
      for (let full = false; !full; ) {
        full = await engine.js.publish("fill", filler).then(
          () => false,
          () => true,
        );
      }
    }
    for (let priority = 2; failures.length === 0; priority++) {
      platform.set("e1", "e1-t1", { priority });
      const before = platform.requests.length;
      while (platform.requests.length < before + 2 && failures.length === 0) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    expect(failures[0]).toMatchObject({ problem: "StoreFull" });
    platform.set("e1", "e1-t2", { priority: 9 });
    await engine.jsm.streams.purge("FILL");
    await check.caughtUp();
    expect(check.violations()).toEqual([]);
    await engine.close();
    await fleet.close();
  });
});
