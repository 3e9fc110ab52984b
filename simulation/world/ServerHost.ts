/**
 * The embedded server with its database and its history: one request at a time, and the state after each is recorded. Behind its address
 * there may be replicas, which answer some of the reads, and its lists may be sorted and cut again.
 */
import { threadId } from "node:worker_threads";
import type { SimulatedClock } from "@evalwire/core/testing";
import { createServer, type EvalwireServer, type ServerOptions } from "@evalwire/server";
import { Rng } from "../Rng.ts";
import type { Trace } from "../Trace.ts";
import { names } from "./Actors.ts";
import type { Answer, Request, Served } from "./Answer.ts";
import { Database } from "./Database.ts";
import { type Deployment, plain } from "./Deployment.ts";
import { History } from "./History.ts";
import { Listing } from "./Listing.ts";
import { ReplicaServer } from "./Replicas.ts";
import { SkewedClock } from "./SkewedClock.ts";

const origin = "http://evalwire.localhost";
const account_id = "simulation";

// Every in-memory database of a process, in all its threads, needs a name of its own.
let opened = 0;

export class ServerHost {
  /** The leader's clock, by which leases end. */
  readonly clock: SkewedClock;
  readonly deployment: Deployment;
  readonly evaluationId: string;
  readonly history: History;
  readonly #server: EvalwireServer;
  readonly #database: Database;
  readonly #newResult: unknown;
  readonly #replicas: ReadonlyArray<ReplicaServer>;
  readonly #listing: Listing;
  readonly #rng: Rng;
  #followed = -1;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(parts: {
    readonly clock: SkewedClock;
    readonly evaluationId: string;
    readonly server: EvalwireServer;
    readonly database: Database;
    readonly trace: Trace;
    readonly newResult: unknown;
    readonly deployment: Deployment;
    readonly replicas: ReadonlyArray<ReplicaServer>;
    readonly seed: number;
  }) {
    this.clock = parts.clock;
    this.deployment = parts.deployment;
    this.#replicas = parts.replicas;
    this.#listing = new Listing(parts.deployment, new Rng(parts.seed, "listing"));
    this.#rng = new Rng(parts.seed, "replicas");
    this.evaluationId = parts.evaluationId;
    this.#server = parts.server;
    this.#database = parts.database;
    this.#newResult = parts.newResult;
    this.history = new History(
      parts.database,
      () => parts.trace.elapsed,
      () => parts.clock.now(),
      parts.deployment.isHistoryWanted,
    );
    this.#record();
  }

  /** Opens the server and makes an evaluation with so many tasks, through its own routes. */
  static async open(options: {
    readonly time: SimulatedClock;
    readonly trace: Trace;
    readonly clockOffsetMillis: number;
    readonly tasks: number;
    readonly policy: Partial<ServerOptions>;
    readonly onFault: (error: unknown) => void;
    readonly deployment?: Deployment;
    readonly seed?: number;
  }): Promise<ServerHost> {
    const { time, trace, tasks, policy, onFault, deployment = plain, seed = 0 } = options;
    const offsetMillis = options.clockOffsetMillis;
    const clock = new SkewedClock(time, offsetMillis, deployment.serverPpm);
    const database = `file:simulation-${threadId}-${++opened}?mode=memory&cache=shared`;
    const common = {
      ...policy,
      apiKeys: Object.fromEntries(names.map((name) => [name, name])),
      seed: "simulation",
      onError: onFault,
    };
    const server = await createServer({ ...common, clock, database });
    const leader = { clock, offsetMillis, ppm: deployment.serverPpm };
    const replicas = await Promise.all(
      deployment.replicas.map((replica) => ReplicaServer.open(replica, time, leader, common)),
    );
    const post = async (path: string, body: unknown): Promise<any> => {
      const headers = { "x-api-key": "dee", "content-type": "application/json" };
      const response = await server.fetch(`${origin}/v4${path}`, {
        method: "POST",
        headers,
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`The world could not be made: ${path}: ${await response.text()}`);
      return response.json();
    };
    const dataset = await post("/evaluation-datasets", {
      account_id,
      name: "Notices",
      schema_type: "GENERATION",
      type: "manual",
    });
    const [testCase] = await post(`/evaluation-datasets/${dataset.id}/test-cases/batch`, [
      { account_id, test_case_data: { input: "The ferry stays in port." } },
    ]);
    await post(`/evaluation-datasets/${dataset.id}/publish`, {});
    const application = await post("/application-specs", { account_id, name: "Summariser", description: "Shortens." });
    const application_spec_id = application.id;
    const evaluation = await post("/evaluations", {
      type: "default",
      account_id,
      name: "Notices",
      description: "Are the summaries right?",
      application_spec_id,
    });
    const newResult = {
      account_id,
      application_spec_id,
      test_case_id: testCase.id,
      evaluation_dataset_version_num: "1",
      test_case_evaluation_data: { generation_output: "No ferry." },
    };
    const results = Array.from({ length: tasks }, () => newResult);
    if (tasks > 0) await post(`/evaluations/${evaluation.id}/test-case-results/batch`, results);
    return new ServerHost({
      clock,
      evaluationId: evaluation.id,
      server,
      database: new Database(database, evaluation.id, () => clock.now()),
      trace,
      newResult,
      deployment,
      replicas,
      seed,
    });
  }

  /** The body of a new result. */
  newResult(): unknown {
    return this.#newResult;
  }

  /** Answers a request, after those that came before it. */
  readonly serve = (request: Request): Promise<Served> =>
    this.#next(async () => {
      // The answering server is drawn only where there is a choice.
      const place =
        request.method === "GET" && this.#replicas.length > 0 ? this.#rng.whole(0, this.#replicas.length) : 0;
      const replica = this.#replicas[place - 1];
      const ask = replica === undefined ? this.#ask : (each: Request) => this.#askReplica(replica, each);
      const answer = await this.#listing.serve(request, ask);
      return { answer, clock: replica?.clock ?? this.clock, by: replica === undefined ? "leader" : `replica ${place}` };
    });

  get #glance(): Request {
    const headers = { "x-api-key": "dee" };
    return { method: "GET", path: `/v4/evaluations/${this.evaluationId}`, headers, body: undefined };
  }

  readonly #ask = async ({ method, path, headers, body }: Request): Promise<Answer> => {
    const isDue = this.history.isAnyDue(this.clock.now());
    const init = { method, ...(headers === undefined ? {} : { headers }), ...(body === undefined ? {} : { body }) };
    const response = await this.#server.fetch(origin + path, init);
    const text = await response.text();
    if (method !== "GET" || isDue) this.#record();
    return { status: response.status, headers: [...response.headers], text };
  };

  #askReplica(replica: ReplicaServer, { path, headers }: Request): Promise<Answer> {
    return replica.read(origin + path, headers);
  }

  /** Takes down what has changed, for the history and for the replicas. */
  #record(isCertain = false): void {
    this.history.record();
    if (this.#replicas.length === 0 || (!isCertain && this.#followed === this.history.changes)) return;
    this.#followed = this.history.changes;
    const state = { copy: this.#database.copy(), at: this.clock.now() };
    for (const replica of this.#replicas) replica.follow(state);
  }

  /** The evaluation's status and counts, as `Database.evaluation` writes them. */
  evaluation(): string {
    return this.#database.evaluation();
  }

  /** Changes the database between two requests. */
  readonly operate = (change: (database: Database) => void): Promise<void> =>
    this.#next(async () => {
      // An expired lease is given back first, as before any request: a replica, which does so by itself, shows no state that never was.
      if (this.#replicas.length > 0 && this.history.isAnyDue(this.clock.now())) await this.#ask(this.#glance);
      change(this.#database);
      this.#record(true);
    });

  async close(): Promise<void> {
    this.#database.close();
    for (const replica of this.#replicas) await replica.close();
    await this.#server.close();
  }

  #next<A>(run: () => Promise<A>): Promise<A> {
    const done = this.#queue.then(run);
    this.#queue = done.catch(() => undefined);
    return done;
  }
}
