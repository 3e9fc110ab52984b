/** A fleet as its programs see it: its options and its methods. */
import type { SGPClient, Watch, WatchOptions } from "@evalwire/core";
import type { FeedSource, FollowOptions } from "@evalwire/core/feed";
import type { RecordResult } from "@evalwire/metrics/corpus";
import type * as Clock from "effect/Clock";
import type * as Duration from "effect/Duration";
import type { ConsumeOptions } from "./consumers/ConsumeOptions.ts";
import type { Consumption, Handler } from "./consumers/Consumption.ts";
import type { FleetCorpusOptions, WorkOptions } from "./corpus/Corpora.ts";
import type { Worker } from "./corpus/Worker.ts";
import type { WorkQueue } from "./corpus/WorkQueue.ts";
import type { Version } from "./engine/Names.ts";
import type { StoreOptions } from "./engine/StoreOptions.ts";
import type { FleetHealth } from "./operations/Health.ts";
import type { Shard } from "./shard/Shard.ts";

export interface FleetOptions extends StoreOptions {
  /** Polls for the fleet while this replica is elected, and makes its program's own calls. */
  readonly client: SGPClient;
  /** How many parts the evaluations are divided into; the same for all replicas. Default 16. */
  readonly shards?: number;
  /**
   * How long a replica may be silent before others take over what it does. Default 500 ms: a process that is stopped for
   * longer, by its machine or by itself, is replaced. Raise it where processes are held up for longer. Others learn it from its heartbeats.
   */
  readonly lease?: Duration.Input;
  /** The longest silence of a publisher about an evaluation. Default 5 seconds. */
  readonly beat?: Duration.Input;
  /** Requests a minute that the watches of all replicas together may send, at least 6; that of the replica which grants them counts. Default 600. */
  readonly requestsPerMinute?: number;
  /** How polled watches poll; followers take it as it is. */
  readonly polling?: Pick<WatchOptions, "requestsPerMinute" | "interval" | "pageSize" | "include">;
  /** How long, and how many bytes a shard, the log of events keeps. Default: as long as there is room. */
  readonly retention?: { readonly age?: Duration.Input; readonly bytesPerShard?: number };
  /** Entries of news between two snapshots of an evaluation. Default 256. */
  readonly snapshotEvery?: number;
  /** Name of this replica in `status`. Default: a random one. */
  readonly member?: string;
  /** Default: the client's. */
  readonly clock?: Clock.Clock;
  /** Makes random choices of followers and publishers repeatable. */
  readonly seed?: string | number;
}

/** The watch options of a follower. The fleet decides how to poll. */
export type FleetWatchOptions = Omit<FollowOptions, "writes" | "clock" | "seed" | "tap">;

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
  /**
   * Forgets a consumer and its position: the next one of that name begins where its options say. For a replay. Close it on all replicas
   * first: one that runs goes on where it is.
   */
  forget(consumer: string): Promise<void>;
  /**
   * Scores a corpus on the workers of the fleet (`fleet.work`, `evalwire worker`), with the results, the order and the summary of one
   * machine. Throws a `FleetError` of problem `OtherMetrics` where a worker computes other numbers or signatures.
   */
  scoreCorpus<Given>(options: FleetCorpusOptions<Given>): AsyncGenerator<RecordResult<Given>, void, undefined>;
  /** The queue behind `scoreCorpus`, for work of one's own. */
  readonly queue: WorkQueue;
  /** Scores pieces of corpora that any replica requests, until it is closed. */
  work(options?: WorkOptions): Promise<Worker>;
  /** The members, the publisher of each shard and the requests spent. */
  status(): FleetStatus;
  /** How this replica does, and what is wrong; asks JetStream how far it is behind, and answers within two seconds all the same. */
  health(): Promise<FleetHealth>;
  /**
   * Gives up every office for good and finishes what is being handled and scored here; resolves when others do all of it. Watches go on, so
   * that a program can be taken from its load balancer before it calls `close`. A second call waits for the first.
   */
  drain(): Promise<void>;
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
  /** The holder of each shard. */
  readonly shards: ReadonlyArray<{
    readonly shard: number;
    readonly holder: string | undefined;
    readonly epoch: number | undefined;
    /** Evaluations that are published here; none of a shard that another replica holds. */
    readonly publications: NonNullable<Shard["publications"]>;
  }>;
  readonly budget: {
    readonly owner: string | undefined;
    /** Granted by the owner, whose option counts. */
    readonly perMinute: number;
    readonly admitted: number;
    readonly waiting: number;
    readonly haltedMillis: number;
  };
  readonly elections: number;
}
