/** One replica of a fleet: everything it holds, put together and taken apart. */
import type { TakenHooks, Watch, WatchOptions } from "@evalwire/core";
import { type FeedSource, follow, gatedWatches, writesOf } from "@evalwire/core/feed";
import type { RecordResult } from "@evalwire/metrics/corpus";
import type { Subscription } from "@nats-io/nats-core";
import { BudgetGate } from "./budget/BudgetGate.ts";
import { Steward, stewardOffice } from "./budget/Steward.ts";
import type { ConsumeOptions } from "./consumers/ConsumeOptions.ts";
import { Consuming, type Consumption, type Handler } from "./consumers/Consumption.ts";
import { Corpora, type FleetCorpusOptions, type WorkOptions } from "./corpus/Corpora.ts";
import { checkName } from "./corpus/Queue.ts";
import type { Worker } from "./corpus/Worker.ts";
import type { WorkQueue } from "./corpus/WorkQueue.ts";
import type { Engine } from "./engine/Engine.ts";
import { isError } from "./engine/errorCodes.ts";
import type { Failures } from "./engine/Failures.ts";
import { FleetError } from "./engine/FleetError.ts";
import { closed } from "./engine/inWords.ts";
import { millisOf } from "./engine/millisOf.ts";
import type { Names, Version } from "./engine/Names.ts";
import { within } from "./engine/patiently.ts";
import type { Time } from "./engine/Time.ts";
import { Turns } from "./engine/Turns.ts";
import type { Fleet, FleetOptions, FleetStatus, FleetWatchOptions } from "./Fleet.ts";
import type { Objects } from "./log/Objects.ts";
import { Snapshots } from "./log/Snapshots.ts";
import type { Formats } from "./membership/Formats.ts";
import type { Members } from "./membership/Members.ts";
import { defaults, differencesOf, requestsPerMinuteOf, sayDifference } from "./membership/Settings.ts";
import type { FleetHealth } from "./operations/Health.ts";
import { notesOn } from "./operations/notesOn.ts";
import { Shard } from "./shard/Shard.ts";
import { ShardKeeper } from "./shard/ShardKeeper.ts";

/** How long JetStream may take to say how far a log is. */
const lagMillis = 1_500;

export interface ReplicaParts {
  readonly engine: Engine;
  readonly names: Names;
  readonly members: Members;
  readonly objects: Objects;
  readonly formats: Formats;
  readonly time: Time;
  readonly perMinute: number;
  readonly replicas: number;
  readonly failures: Failures;
  /** The client's hooks that are called on one replica for each event. */
  readonly once: TakenHooks;
}

export class Replica implements Fleet {
  readonly #parts: ReplicaParts;
  readonly #consuming = new Set<Consuming>();
  readonly #corpora: Corpora;
  readonly #options: FleetOptions;
  readonly #engine: Engine;
  readonly #names: Names;
  readonly #members: Members;
  readonly #time: Time;
  readonly #shards: ReadonlyArray<Shard>;
  readonly #gate: BudgetGate;
  readonly #perMinute: number;
  readonly #rosters = { v4: new Map(), v5: new Map() };
  readonly #abort = new AbortController();
  readonly #onFailure: (error: unknown) => void;
  readonly #keeper: ShardKeeper;
  readonly #steward: Steward;
  readonly #health: Subscription;
  /** The differences of options that were reported and last: the option and its values. */
  #different: ReadonlySet<string> = new Set();
  #watches: ReadonlyArray<WeakRef<Watch>> = [];
  #draining: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  readonly v5 = { watch: (id: string, options?: FleetWatchOptions) => this.#watch(id, "v5", options) };

  constructor(options: FleetOptions, parts: ReplicaParts) {
    this.#parts = parts;
    const { engine, names, members, objects, time, perMinute, replicas } = parts;
    this.#options = options;
    this.#engine = engine;
    this.#names = names;
    this.#members = members;
    this.#time = time;
    this.#perMinute = perMinute;
    const {
      onFailure = () => undefined,
      client,
      seed,
      snapshotEvery = defaults.snapshotEvery,
      retention = {},
      polling,
    } = options;
    this.#onFailure = onFailure;
    this.#gate = new BudgetGate({
      nc: engine.nc,
      subject: names.budget,
      perMinute,
      time,
      member: members.id,
      onFailure,
    });
    const open = gatedWatches(client, this.#gate);
    const ageMillis = retention.age === undefined ? undefined : millisOf(retention.age, "retention.age", 1_000);
    const deps = {
      engine,
      names,
      members,
      snapshots: new Snapshots(objects, time, parts.formats),
      formats: parts.formats,
      time,
      turns: new Turns(),
      limits: { replicas, ageMillis, bytes: retention.bytesPerShard },
      beatMillis: millisOf(options.beat ?? defaults.beat, "beat", 10),
      snapshotEvery,
      seed,
      open: (evaluationId: string, version: Version, own: Pick<WatchOptions, "cursor">) =>
        open[version](evaluationId, { ...polling, ...own }),
      onFailure,
    };
    this.#corpora = new Corpora({ engine, names, time, objects, replicas, member: members.id, onFailure });
    this.#shards = Array.from({ length: names.shards }, (_, number) => new Shard(number, deps));
    this.#keeper = new ShardKeeper({ members, shards: this.#shards, onFailure });
    let epoch: number | undefined;
    members.onChange(() => {
      const owner = members.holderOf(stewardOffice);
      if (owner !== undefined && owner.epoch !== epoch) this.#gate.hurry();
      epoch = owner?.epoch;
      this.#reportDifferences();
    });
    this.#steward = new Steward({ engine, names, members, formats: parts.formats, time, perMinute, onFailure });
    this.#health = engine.nc.subscribe(names.health, {
      callback: (error, message) => {
        if (error !== null) return;
        this.health().then((health) => void message.respond(JSON.stringify(health)), onFailure);
      },
    });
    for (const { name, accepts, run } of parts.once.hooks) {
      this.consume(`once-${name}`, (event, { signal }) => run(event, signal), { accepts });
    }
  }

  watch(evaluationId: string, options?: FleetWatchOptions): Watch {
    return this.#watch(evaluationId, "v4", options);
  }

  // A function of its own: it is given to relays.
  readonly feed = (evaluationId: string, version: Version = "v4"): FeedSource => {
    this.#check();
    const shard = this.#names.shardOf(this.#names.keyOf(evaluationId, version));
    return this.#shards[shard]!.source(evaluationId, version);
  };

  consume(name: string, handler: Handler, options: ConsumeOptions = {}): Consumption {
    this.#check();
    const { engine, names, time, formats, replicas } = this.#parts;
    const deps = { engine, names, time, formats, replicas, onFailure: this.#onFailure };
    const consuming = new Consuming(deps, name, handler, options);
    this.#consuming.add(consuming);
    consuming.ready.catch(this.#onFailure);
    return consuming;
  }

  get queue(): WorkQueue {
    return this.#corpora.queue;
  }

  scoreCorpus<Given>(options: FleetCorpusOptions<Given>): AsyncGenerator<RecordResult<Given>, void, undefined> {
    this.#check();
    return this.#corpora.score(options);
  }

  async work(options: WorkOptions = {}): Promise<Worker> {
    this.#check();
    return this.#corpora.work(options);
  }

  async forget(consumer: string): Promise<void> {
    this.#check();
    checkName("The consumer's name", consumer);
    const { jsm } = this.#engine;
    const names = this.#names;
    const unlessGone = (error: unknown) => {
      if (!isError(error, "consumerNotFound", "streamNotFound")) throw error;
    };
    for (let shard = 0; shard < names.shards; shard++) {
      await jsm.consumers.delete(names.logStream(shard), consumer).catch(unlessGone);
      await jsm.streams.purge(names.electStream, { filter: names.handled(consumer, shard, "*") }).catch(unlessGone);
    }
    await jsm.streams.purge(names.electStream, { filter: names.begun(consumer) }).catch(unlessGone);
  }

  status(): FleetStatus {
    const { nc, version, isClustered } = this.#engine;
    const members = this.#members.list();
    const held = this.#shards.map(({ office }) => this.#members.holderOf(office));
    return {
      name: this.#names.fleet,
      member: this.#members.id,
      connection: nc.isClosed() ? "closed" : this.#members.isConnected ? "connected" : "disconnected",
      server: { version, isClustered, url: nc.getServer() },
      members: members.map(({ id, facts }) => ({
        id,
        name: facts.name,
        shards: held.filter((each) => each?.member === id).length,
      })),
      shards: this.#shards.map(({ number, publications = [] }, index) => ({
        shard: number,
        holder: held[index]?.member,
        epoch: held[index]?.epoch,
        publications,
      })),
      budget: {
        owner: this.#members.holderOf(stewardOffice)?.member,
        perMinute: this.#granted(),
        admitted: this.#gate.admitted,
        waiting: this.#gate.waiting,
        haltedMillis: Math.ceil(this.#gate.haltedMillis),
      },
      elections: this.#members.elections,
    };
  }

  /** Requests a minute that are granted: by the option of the replica that grants them, or by its own where it does not know that. */
  #granted(): number {
    const owner = this.#members.holderOf(stewardOffice)?.member;
    const settings = this.#members.list().find(({ id }) => id === owner)?.facts.settings;
    return settings === undefined ? this.#perMinute : requestsPerMinuteOf(settings);
  }

  #differences() {
    return differencesOf(this.#members.list().map(({ facts }) => facts));
  }

  /** Once for each option and its values, whichever replicas have them: while they are replaced, those change one by one. */
  #reportDifferences(): void {
    const known = this.#different;
    const found = this.#differences().map((each) => ({
      each,
      key: [each.option, ...[...each.values.keys()].sort()].join(),
    }));
    this.#different = new Set(found.map(({ key }) => key));
    for (const { each, key } of found)
      if (!known.has(key)) this.#onFailure(new FleetError("OtherOptions", sayDifference(each)));
  }

  /** The content of its heartbeats. */
  facts() {
    const evaluations = this.#shards.reduce((sum, { publications = [] }) => sum + publications.length, 0);
    const followed = this.#shards.reduce((sum, { wanted }) => sum + wanted, 0);
    const { admitted, waiting, haltedMillis } = this.#gate;
    const isDraining = this.#draining !== undefined;
    return {
      evaluations,
      followed,
      admitted,
      waiting,
      haltedMillis: Math.ceil(haltedMillis),
      isDraining,
      ...(this.#members.isSettled ? {} : { isJoining: true }),
    };
  }

  async health(): Promise<FleetHealth> {
    const { connection, server, shards, members, budget, elections, name, member } = this.status();
    const { evaluations, followed } = this.facts();
    const isDraining = this.#draining !== undefined;
    const behind = async (ask: () => Promise<number>) =>
      connection === "connected" ? within(this.#time, lagMillis, ask()).catch(() => null) : null;
    const reading = this.#shards.filter(({ isReading }) => isReading);
    const [lags, consumers] = await Promise.all([
      Promise.all(reading.map(async (shard) => ({ shard: shard.number, behind: await behind(() => shard.lag()) }))),
      Promise.all(
        [...this.#consuming].map(async (each) => ({ name: each.name, behind: await behind(() => each.lag()) })),
      ),
    ]);
    const orphans = shards.filter(({ holder }) => holder === undefined).length;
    const failing = shards.flatMap(({ publications }) => publications).filter(({ state }) => state === "degraded");
    return {
      name,
      member,
      label: this.#options.member ?? member,
      state:
        connection !== "connected"
          ? connection
          : isDraining
            ? "draining"
            : this.#members.isSettled
              ? "serving"
              : "joining",
      problems: [
        ...(connection === "disconnected" ? ["No NATS server can be reached."] : []),
        ...(connection === "connected" && orphans > 0 && !isDraining
          ? [`${orphans === 1 ? "1 shard has" : `${orphans} shards have`} no publisher.`]
          : []),
        ...(budget.owner === undefined && connection === "connected" ? ["No replica grants the request budget."] : []),
        ...(budget.haltedMillis > 0 ? [`The platform requested a pause; ${budget.haltedMillis} ms are left.`] : []),
        ...this.#differences().map(sayDifference),
        ...this.#shards.flatMap(({ problem }) => problem ?? []),
        ...this.#parts.failures.recent,
        ...failing.map(({ evaluationId }) => `The platform is not reached for evaluation ${evaluationId}.`),
        ...([...lags, ...consumers].some((each) => each.behind === null) && connection === "connected"
          ? ["JetStream does not say how far its logs are."]
          : []),
      ],
      server: { ...server, notes: notesOn(server.version, server.isClustered) },
      format: this.#parts.formats.facts,
      members: members.length,
      shards: {
        all: shards.length,
        held: shards.filter(({ holder }) => holder === member).map(({ shard }) => shard),
      },
      evaluations,
      followed,
      lags,
      consumers,
      work: this.#corpora.facts(),
      budget: { ...budget, share: this.#gate.share },
      elections,
    };
  }

  drain(): Promise<void> {
    if (this.#closing !== undefined) return this.#closing;
    this.#draining ??= this.#drain();
    return this.#draining;
  }

  async #drain(): Promise<void> {
    // Others hear of it before anything is given up.
    this.#members.beat();
    await Promise.all([
      ...[...this.#consuming].map((each) => each.close()),
      this.#corpora.close(),
      this.#keeper.drain(),
      this.#steward.close(),
    ]);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#abort.abort();
    this.#keeper.close();
    this.#health.unsubscribe();
    await Promise.all(this.#watches.map((each) => each.deref()?.close()));
    await Promise.all([...[...this.#consuming].map((each) => each.close()), this.#corpora.close()]);
    this.#parts.once.release();
    await Promise.all(this.#shards.map((shard) => shard.close()));
    this.#gate.close();
    await this.#steward.close();
    await this.#members.close();
    await this.#engine.close();
  }

  #check(): void {
    if (this.#abort.signal.aborted) throw closed();
  }

  #watch(evaluationId: string, version: Version, options: FleetWatchOptions = {}): Watch {
    const source = this.feed(evaluationId, version);
    const { client, seed } = this.#options;
    const watch = follow(
      source,
      {
        ...options,
        writes: writesOf(client, evaluationId, version),
        clock: this.#time.clock,
        tap: this.#parts.once.tap,
        ...(seed === undefined ? {} : { seed }),
      },
      this.#rosters[version],
    );
    const isOpen = (each: WeakRef<Watch>) => (each.deref()?.status._tag ?? "closed") !== "closed";
    this.#watches = [...this.#watches.filter(isOpen), new WeakRef(watch)];
    return watch;
  }
}
