/**
 * A fleet: replicas of one service that share their watches of evaluations.
 *
 * 1. An evaluation is polled by one replica, however many replicas and programs follow it; its shard is the unit that moves.
 * 2. A replica that dies is replaced within a lease; its successor goes on from the feed's own position, so that followers are told
 *    nothing twice and miss nothing.
 * 3. Shards are spread evenly and stay where they are, but for what has to move when replicas come and go.
 * 4. All replicas together keep to one budget of requests.
 * 5. A write of any replica's client is shown by all of them.
 */
import type { SGPClient, TakenHooks, Watch, WatchOptions } from "@evalwire/core";
import { type FeedSource, type FollowOptions, follow, gatedWatches, writesOf } from "@evalwire/core/feed";
import { type MetricConfig, type Preset, planMetrics } from "@evalwire/metrics";
import { type CorpusOptions, type RecordResult, scoreCorpus } from "@evalwire/metrics/corpus";
import { JetStreamApiError } from "@nats-io/jetstream";
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Duration from "effect/Duration";
import { BudgetGate, BudgetOwner } from "./Budget.ts";
import { type ConsumeOptions, Consuming, type Consumption, type Handler } from "./Consumption.ts";
import { checkOptions } from "./checkOptions.ts";
import { deadConfig, electConfig } from "./configs.ts";
import { connectEngine, type Engine, type EngineOptions, engineNames } from "./Engine.ts";
import { FleetError } from "./FleetError.ts";
import { type Held, Members } from "./Members.ts";
import { Names, type Version } from "./Names.ts";
import { patiently } from "./patiently.ts";
import { Shard } from "./Shard.ts";
import { Snapshots } from "./Snapshots.ts";
import { spread } from "./Spread.ts";
import { ensureStream } from "./Streams.ts";
import { FleetPool, type PieceOptions, scoreKind, scoreWork } from "./scorePieces.ts";
import { Time } from "./Time.ts";
import { type Worker, WorkQueue } from "./WorkQueue.ts";

export interface FleetOptions extends EngineOptions {
  /** Polls for the fleet while this replica is elected, and makes its program's own calls. */
  readonly client: SGPClient;
  /** Names the fleet: replicas with one name are one fleet. 1 to 32 letters, digits, - and _. Default `evalwire`. */
  readonly name?: string;
  /** How many parts the evaluations are divided into; the same for all replicas. Default 16. */
  readonly shards?: number;
  /** Nodes that keep each message: 1, 3 or 5. Default 3 where the NATS server is one of several, else 1. */
  readonly replicas?: 1 | 3 | 5;
  /**
   * How long a replica may be silent before others take over what it does. Default 500 ms: a process that is stopped for
   * longer, by its machine or by itself, is replaced. Raise it where processes are held up for longer.
   */
  readonly lease?: Duration.Input;
  /** The longest silence of a publisher about an evaluation. Default 5 seconds. */
  readonly beat?: Duration.Input;
  /** Requests a minute that the watches of all replicas together may send, at least 6. Default 600. */
  readonly requestsPerMinute?: number;
  /** How polled watches poll; followers take it as it is. */
  readonly polling?: Pick<WatchOptions, "requestsPerMinute" | "interval" | "pageSize" | "include">;
  /** How long, and how many bytes a shard, the log of events keeps. Default: as long as there is room. */
  readonly retention?: { readonly age?: Duration.Input; readonly bytesPerShard?: number };
  /** Entries of news between two snapshots of an evaluation. Default 256. */
  readonly snapshotEvery?: number;
  /** What this replica is called in `status`. Default: chosen by chance. */
  readonly member?: string;
  /** Told what goes wrong and is tried again. Default: nobody. */
  readonly onFailure?: (error: unknown) => void;
  /** Default: the client's. */
  readonly clock?: Clock.Clock;
  /** Makes random choices of followers and publishers repeatable. */
  readonly seed?: string | number;
}

export interface FleetCorpusOptions<Given = unknown>
  extends Omit<CorpusOptions<Given>, "pool" | "scorers" | "punkt" | "wordnet" | "embeddings" | "preset">,
    PieceOptions {
  readonly source: AsyncIterable<Given> | Iterable<Given>;
  readonly config: MetricConfig;
  readonly preset?: Preset;
  /** Names the run, so that it can be gone on with after it was aborted or its program has died. Default: it cannot. */
  readonly run?: string;
}

export interface WorkOptions {
  /** Threads that score. Default 1. */
  readonly threads?: number;
  /** URL of a module whose default export is the workers' options: scorers, word data. See `WorkerPoolOptions`. */
  readonly setup?: string | URL;
  readonly setupData?: unknown;
}

/** What of a watch's options a follower has; how to poll is the fleet's to say. */
export type FleetWatchOptions = Omit<FollowOptions, "writes" | "clock" | "seed">;

export interface Fleet extends AsyncDisposable {
  /** A watch of an evaluation, kept true by whichever replica polls it. See `Watch`. */
  watch(evaluationId: string, options?: FleetWatchOptions): Watch;
  readonly v5: { readonly watch: (evaluationId: string, options?: FleetWatchOptions) => Watch };
  /** The feed of an evaluation, with the same numbers on every replica: for `createRelay({ feed })`. */
  feed(evaluationId: string, version?: Version): FeedSource;
  /**
   * Handles every event of the fleet's evaluations on one of the replicas that consume under this name; see `Consumption`. The position
   * belongs to the name and outlives the replicas. Throws a `FleetError` at a name that cannot be.
   */
  consume(name: string, handler: Handler, options?: ConsumeOptions): Consumption;
  /** Forgets a consumer and its position: the next one of that name begins where its options say. For a replay. */
  forget(consumer: string): Promise<void>;
  /**
   * Scores a corpus on the workers of the fleet (`fleet.work`, `evalwire worker`), with the results, the order and the summary of one
   * machine. Throws a `FleetError` of problem `OtherMetrics` where a worker computes other numbers or signatures.
   */
  scoreCorpus<Given>(options: FleetCorpusOptions<Given>): AsyncGenerator<RecordResult<Given>, void, undefined>;
  /** The queue behind `scoreCorpus`, for work of one's own. */
  readonly queue: WorkQueue;
  /** Scores pieces of corpora that any replica asks for, until it is closed. */
  work(options?: WorkOptions): Promise<Worker>;
  /** Who is there, who publishes what, what is spent. */
  status(): FleetStatus;
  /** Gives up every office in order, and closes the fleet's watches and connection; resolves when others can go on. */
  close(): Promise<void>;
}

export interface FleetStatus {
  readonly name: string;
  /** This replica. */
  readonly member: string;
  /** `connected`, or `disconnected` while no NATS server can be reached. */
  readonly connection: "connected" | "disconnected" | "closed";
  readonly server: { readonly version: string; readonly isClustered: boolean; readonly url: string };
  readonly members: ReadonlyArray<{ readonly id: string; readonly name: string; readonly shards: number }>;
  /** Who holds each shard. */
  readonly shards: ReadonlyArray<{
    readonly shard: number;
    readonly holder: string | undefined;
    readonly epoch: number | undefined;
    /** Evaluations that are published here; none of a shard that another replica holds. */
    readonly publications: NonNullable<Shard["publications"]>;
  }>;
  readonly budget: {
    readonly owner: string | undefined;
    readonly perMinute: number;
    readonly admitted: number;
    readonly waiting: number;
    readonly haltedMillis: number;
  };
  readonly elections: number;
}

const optionNames: Record<keyof FleetOptions, true> = {
  ...engineNames,
  client: true,
  name: true,
  shards: true,
  replicas: true,
  lease: true,
  beat: true,
  requestsPerMinute: true,
  polling: true,
  retention: true,
  snapshotEvery: true,
  member: true,
  onFailure: true,
  clock: true,
  seed: true,
};
const workNames: Record<keyof WorkOptions, true> = { threads: true, setup: true, setupData: true };
const retentionNames: Record<keyof NonNullable<FleetOptions["retention"]>, true> = { age: true, bytesPerShard: true };

export const feedFormats = { reads: [1], writes: 1 } as const;

const budgetOffice = "budget";
const wrongLastSequence = 10_071;

const millisOf = (input: Duration.Input, path: string, least: number): number => {
  const millis = (() => {
    try {
      return Duration.toMillis(Duration.fromInputUnsafe(input));
    } catch {
      // Not a time at all.
      return Number.NaN;
    }
  })();
  if (!(millis >= least) || !Number.isFinite(millis))
    throw new FleetError(
      "Invalid",
      `${path} is a time of at least ${least} ms, such as "${path === "lease" ? "500 millis" : "5 seconds"}", not ${JSON.stringify(input)}.`,
    );
  return millis;
};

const randomName = (): string => crypto.randomUUID().replaceAll("-", "").slice(0, 12);

/** What all replicas of a fleet have to agree on. */
interface Charter {
  readonly account: string;
  readonly baseURL: string;
  readonly shards: number;
  readonly format: number;
}

const charterOf = (client: SGPClient, shards: number): Charter => ({
  account: client.transport.settings.headers["x-selected-account-id"] ?? "",
  baseURL: client.baseURL,
  shards,
  format: feedFormats.writes,
});

/** The first replica says what the fleet is; every other has to be the same. */
const agree = async ({ js, jsm }: Engine, names: Names, own: Charter, time: Time): Promise<void> => {
  const subject = names.elect("charter", 1);
  const message = await patiently(time, async () => {
    const known = await jsm.streams.getMessage(names.electStream, { last_by_subj: subject });
    if (known !== null) return known;
    // Refused where somebody else was first; what he said is read.
    await js.publish(subject, JSON.stringify(own), { expect: { lastSubjectSequence: 0 } }).catch((error: unknown) => {
      if (!(error instanceof JetStreamApiError && error.code === wrongLastSequence)) throw error;
    });
    return jsm.streams.getMessage(names.electStream, { last_by_subj: subject });
  });
  if (message === null) return;
  const said = message.json<Charter>();
  const shown = { account: "account", baseURL: "platform", shards: "number of shards" } as const;
  for (const [key, what] of Object.entries(shown) as Array<[keyof typeof shown, string]>) {
    if (said[key] === own[key]) continue;
    throw new FleetError(
      "OtherFleet",
      `The fleet ${names.fleet} has another ${what} (${JSON.stringify(said[key])}) than this replica (${JSON.stringify(own[key])}); give one of them another name.`,
    );
  }
  if (!(feedFormats.reads as ReadonlyArray<number>).includes(said.format))
    throw new FleetError(
      "OtherFormat",
      `The fleet ${names.fleet} writes feeds of format ${said.format}, and this version reads ${feedFormats.reads.join(", ")}; run a newer version of @evalwire/fleet.`,
    );
};

interface ReplicaParts {
  readonly engine: Engine;
  readonly names: Names;
  readonly members: Members;
  readonly snapshots: Snapshots;
  readonly time: Time;
  readonly perMinute: number;
  readonly replicas: number;
  /** The client's hooks that are called on one replica for each event. */
  readonly once: TakenHooks;
}

class Replica implements Fleet {
  readonly #parts: ReplicaParts;
  readonly #consuming = new Set<Consuming>();
  readonly #workers = new Set<Worker>();
  #queue: WorkQueue | undefined;
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
  readonly #leave: () => void;
  #watches: ReadonlyArray<WeakRef<Watch>> = [];
  #isMoving = false;
  #isMovingAgain = false;
  #closing: Promise<void> | undefined;
  readonly #budgeting: Promise<void>;
  readonly v5 = { watch: (id: string, options?: FleetWatchOptions) => this.#watch(id, "v5", options) };

  constructor(options: FleetOptions, parts: ReplicaParts) {
    this.#parts = parts;
    const { engine, names, members, snapshots, time, perMinute, replicas } = parts;
    this.#options = options;
    this.#engine = engine;
    this.#names = names;
    this.#members = members;
    this.#time = time;
    this.#perMinute = perMinute;
    const { onFailure = () => undefined, client, seed, snapshotEvery = 256, retention = {}, polling } = options;
    this.#onFailure = onFailure;
    this.#gate = new BudgetGate({ nc: engine.nc, subject: this.#budgetSubject, perMinute, time, member: members.id });
    const open = gatedWatches(client, this.#gate);
    const ageMillis = retention.age === undefined ? undefined : millisOf(retention.age, "retention.age", 1_000);
    const deps = {
      engine,
      names,
      members,
      snapshots,
      time,
      limits: { replicas, ageMillis, bytes: retention.bytesPerShard },
      beatMillis: millisOf(options.beat ?? "5 seconds", "beat", 10),
      snapshotEvery,
      seed,
      open: (evaluationId: string, version: Version, own: Pick<WatchOptions, "cursor">) =>
        open[version](evaluationId, { ...polling, ...own }),
      onFailure,
    };
    this.#shards = Array.from({ length: names.shards }, (_, number) => new Shard(number, deps));
    this.#leave = members.onChange(() => this.#attend());
    this.#budgeting = this.#ownBudget();
    for (const { name, accepts, run } of parts.once.hooks) this.consume(`once-${name}`, run, { accepts });
    this.#attend();
  }

  get #budgetSubject(): string {
    return `${this.#names.prefix}.budget`;
  }

  watch(evaluationId: string, options?: FleetWatchOptions): Watch {
    return this.#watch(evaluationId, "v4", options);
  }

  feed(evaluationId: string, version: Version = "v4"): FeedSource {
    this.#check();
    const shard = this.#names.shardOf(this.#names.keyOf(evaluationId, version));
    return this.#shards[shard]!.source(evaluationId, version);
  }

  consume(name: string, handler: Handler, options: ConsumeOptions = {}): Consumption {
    this.#check();
    const deps = { engine: this.#engine, names: this.#names, time: this.#time, onFailure: this.#onFailure };
    const consuming = new Consuming(deps, name, handler, options);
    this.#consuming.add(consuming);
    consuming.ready.catch(this.#onFailure);
    return consuming;
  }

  get queue(): WorkQueue {
    const { engine, names, time, snapshots, replicas, members } = this.#parts;
    this.#queue ??= new WorkQueue({
      engine,
      names,
      time,
      snapshots,
      replicas,
      member: members.id,
      onFailure: this.#onFailure,
    });
    return this.#queue;
  }

  async *scoreCorpus<Given>(options: FleetCorpusOptions<Given>): AsyncGenerator<RecordResult<Given>, void, undefined> {
    this.#check();
    const { source, config, preset, run: name = `run-${randomName()}`, pieceRecords, pieces, ...rest } = options;
    const setup = { config, preset };
    const plan = planMetrics(config, { ...(preset === undefined ? {} : { preset }), unavailable: "omit" });
    const run = await this.queue.run(name);
    let isDone = false;
    try {
      const sizes = {
        ...(pieceRecords === undefined ? {} : { pieceRecords }),
        ...(pieces === undefined ? {} : { pieces }),
      };
      const pool = new FleetPool(run, setup, plan, this.#time, sizes);
      yield* scoreCorpus(source, plan, { ...rest, pool });
      isDone = true;
    } finally {
      // A run with a name can be gone on with.
      await run.close({ keepResults: !isDone && options.run !== undefined });
    }
  }

  async work(options: WorkOptions = {}): Promise<Worker> {
    this.#check();
    checkOptions("work", options, workNames);
    const { threads = 1, setup, setupData } = options;
    const own = { ...(setup === undefined ? {} : { setup }), ...(setupData === undefined ? {} : { setupData }) };
    const { work, close } = scoreWork(threads, own);
    // One piece is scored while the next is fetched.
    const worker = await this.queue.work({ [scoreKind]: work }, 2);
    const stop = worker.close.bind(worker);
    worker.close = async () => {
      await stop();
      await close();
    };
    this.#workers.add(worker);
    return worker;
  }

  async forget(consumer: string): Promise<void> {
    const { jsm } = this.#engine;
    for (let shard = 0; shard < this.#names.shards; shard++) {
      await jsm.consumers.delete(this.#names.logStream(shard), consumer).catch((error: unknown) => {
        const isGone = error instanceof JetStreamApiError && (error.code === 10_014 || error.code === 10_059);
        if (!isGone) throw error;
      });
    }
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
        owner: this.#members.holderOf(budgetOffice)?.member,
        perMinute: this.#perMinute,
        admitted: this.#gate.admitted,
        waiting: this.#gate.waiting,
        haltedMillis: Math.ceil(this.#gate.haltedMillis),
      },
      elections: this.#members.elections,
    };
  }

  /** What its beats say of it. */
  facts() {
    const evaluations = this.#shards.reduce((sum, { publications = [] }) => sum + publications.length, 0);
    const followed = this.#shards.reduce((sum, { wanted }) => sum + wanted, 0);
    const { admitted, waiting, haltedMillis } = this.#gate;
    return { evaluations, followed, admitted, waiting, haltedMillis: Math.ceil(haltedMillis) };
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
    this.#leave();
    await Promise.all(this.#watches.map((each) => each.deref()?.close()));
    await Promise.all([...this.#consuming, ...this.#workers].map((each) => each.close()));
    this.#parts.once.release();
    await Promise.all(this.#shards.map((shard) => shard.close()));
    this.#gate.close();
    await this.#budgeting;
    await this.#members.close();
    await this.#engine.close();
  }

  #check(): void {
    if (this.#abort.signal.aborted) throw new FleetError("Closed", "The fleet was closed; make another one.");
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
        ...(seed === undefined ? {} : { seed }),
      },
      this.#rosters[version],
    );
    const isOpen = (each: WeakRef<Watch>) => (each.deref()?.status._tag ?? "closed") !== "closed";
    this.#watches = [...this.#watches.filter(isOpen), new WeakRef(watch)];
    return watch;
  }

  #attend(): void {
    for (const shard of this.#shards) shard.attend();
    if (this.#isMoving) {
      this.#isMovingAgain = true;
      return;
    }
    this.#isMoving = true;
    void this.#move().finally(() => {
      this.#isMoving = false;
      if (!this.#isMovingAgain) return;
      this.#isMovingAgain = false;
      if (!this.#abort.signal.aborted) this.#attend();
    });
  }

  /** Takes and gives up shards until they are spread as they should be. */
  async #move(): Promise<void> {
    if (this.#abort.signal.aborted || !this.#members.isSettled) return;
    const ids = this.#members.list().map(({ id }) => id);
    if (!ids.includes(this.#members.id)) return;
    const holders = this.#shards.map(({ office }) => this.#members.holderOf(office)?.member);
    const former = this.#shards.map(({ office }) => this.#members.formerOf(office));
    const plan = spread(holders, ids, former);
    const own = this.#members.id;
    await Promise.all(
      this.#shards.map(async (shard, number) => {
        if (holders[number] === own && plan[number] !== own) {
          await shard.leave();
          await this.#members.held(shard.office)?.resign();
        } else if (holders[number] === undefined && plan[number] === own) await this.#take(shard);
      }),
    );
  }

  async #take(shard: Shard): Promise<void> {
    try {
      const held = await this.#members.take(shard.office);
      if (held === undefined) return;
      if (this.#abort.signal.aborted) await held.resign();
      else shard.serve(held);
    } catch (error) {
      if (!this.#abort.signal.aborted) this.#onFailure(error);
    }
  }

  /** Grants the fleet's budget whenever this replica is elected to. */
  async #ownBudget(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      let held: Held;
      try {
        held = await this.#members.campaign(budgetOffice, signal);
      } catch (error) {
        if (!signal.aborted) this.#onFailure(error);
        return;
      }
      const { nc } = this.#engine;
      const options = { nc, subject: this.#budgetSubject, perMinute: this.#perMinute, time: this.#time };
      const owner = new BudgetOwner(options, () => this.#members.list().length);
      await new Promise<void>((resolve) => {
        held.lost.addEventListener("abort", () => resolve(), { once: true });
        signal.addEventListener("abort", () => resolve(), { once: true });
        if (held.lost.aborted || signal.aborted) resolve();
      });
      owner.close();
      await held.resign();
    }
  }
}

/**
 * Joins a fleet, or begins it. Rejects with a `FleetError`: no server, wrong credentials, no JetStream, a stream of another shape, replicas
 * of another account.
 *
 * ```ts
 * const fleet = await createFleet({ servers: "nats://n1.example.org:4222", client: new SGPClient() });
 * await using watch = fleet.watch("e1");
 * for await (const event of watch) console.log(event.type);
 * ```
 */
export const createFleet = async (options: FleetOptions): Promise<Fleet> => {
  checkOptions("createFleet", options, optionNames);
  checkOptions("createFleet: retention", options.retention ?? {}, retentionNames);
  const { client, name = "evalwire", shards = 16, requestsPerMinute = 600 } = options;
  const names = new Names(name, shards);
  const leaseMillis = millisOf(options.lease ?? "500 millis", "lease", 100);
  millisOf(options.beat ?? "5 seconds", "beat", 10);
  if (!Number.isFinite(requestsPerMinute) || requestsPerMinute < 6)
    throw new FleetError("Invalid", `requestsPerMinute is a number of at least 6, not ${requestsPerMinute}.`);
  // What cannot be is refused now, and not when a watch is opened.
  gatedWatches(client, { admit: async () => undefined, refused: () => undefined }).v4("any", options.polling);
  const time = new Time(options.clock ?? Context.get(client.services as Context.Context<never>, Clock.Clock));
  const engine = await connectEngine(options, time);
  const replicas = options.replicas ?? (engine.isClustered ? 3 : 1);
  const id = randomName();
  let replica: Replica | undefined;
  const facts = () => ({ name: options.member ?? id, formats: feedFormats, ...replica?.facts() });
  try {
    await ensureStream(engine, electConfig(names, replicas), time);
    await ensureStream(engine, deadConfig(names, replicas), time);
    await agree(engine, names, charterOf(client, shards), time);
    const snapshots = await Snapshots.open(engine, names.snapshots, replicas, time);
    const onFailure = options.onFailure ?? (() => undefined);
    const members = new Members({ engine, names, time, id, facts, leaseMillis, onFailure });
    await members.start();
    const once = await client.takeOnceHooks();
    replica = new Replica(options, {
      engine,
      names,
      members,
      snapshots,
      time,
      perMinute: requestsPerMinute,
      replicas,
      once,
    });
    return replica;
  } catch (error) {
    await engine.close();
    throw error;
  }
};
