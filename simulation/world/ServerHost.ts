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
import type { Database } from "./Database.ts";
import { type Deployment, lagMillis, plain } from "./Deployment.ts";
import { History } from "./History.ts";
import { Listing } from "./Listing.ts";
import { ReplicaServer } from "./Replicas.ts";
import { ResultDatabase } from "./ResultDatabase.ts";
import { SkewedClock } from "./SkewedClock.ts";
import { ItemDatabase } from "./v5/ItemDatabase.ts";
import { ItemListing } from "./v5/ItemListing.ts";
import { makeEvaluation } from "./v5/itemWorld.ts";

const origin = "http://evalwire.localhost";
const account_id = "simulation";

/** The version of the API on which the evaluation lives. */
export const apis = ["v4", "v5"] as const;

export type Api = (typeof apis)[number];

/** The evaluation, and what it takes to change it. */
export type Subject =
  | {
      readonly api: "v4";
      readonly evaluationId: string;
      readonly database: ResultDatabase;
      readonly newResult: unknown;
    }
  | { readonly api: "v5"; readonly evaluationId: string; readonly database: ItemDatabase; readonly questionId: string };

// Every in-memory database of a process, in all its threads, needs a name of its own.
let opened = 0;

type Post = (path: string, body: unknown) => Promise<any>;

/** An evaluation of v4 with so many results. */
const makeResults = async (
  post: Post,
  tasks: number,
  open: (evaluationId: string) => ResultDatabase,
): Promise<Subject> => {
  const dataset = await post("/v4/evaluation-datasets", {
    account_id,
    name: "Notices",
    schema_type: "GENERATION",
    type: "manual",
  });
  const [testCase] = await post(`/v4/evaluation-datasets/${dataset.id}/test-cases/batch`, [
    { account_id, test_case_data: { input: "The ferry stays in port." } },
  ]);
  await post(`/v4/evaluation-datasets/${dataset.id}/publish`, {});
  const application = await post("/v4/application-specs", { account_id, name: "Summariser", description: "Shortens." });
  const application_spec_id = application.id;
  const evaluation = await post("/v4/evaluations", {
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
  if (tasks > 0) await post(`/v4/evaluations/${evaluation.id}/test-case-results/batch`, results);
  return { api: "v4", evaluationId: evaluation.id, database: open(evaluation.id), newResult };
};

/** An evaluation of v5 with so many items; half of them wait for people. */
const makeItems = async (
  post: Post,
  items: number,
  seed: number,
  open: (evaluationId: string) => ItemDatabase,
): Promise<Subject> => {
  const made = await makeEvaluation(post, items, new Rng(seed, "questions").is(0.5));
  return { api: "v5", ...made, database: open(made.evaluationId) };
};

export class ServerHost {
  /** The leader's clock, by which leases end. */
  readonly clock: SkewedClock;
  readonly deployment: Deployment;
  readonly subject: Subject;
  readonly evaluationId: string;
  readonly history: History;
  readonly #server: EvalwireServer;
  readonly #database: Database;
  readonly #replicas: ReadonlyArray<ReplicaServer>;
  readonly #listing: Listing | ItemListing;
  readonly #rng: Rng;
  #followed = -1;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(parts: {
    readonly clock: SkewedClock;
    readonly subject: Subject;
    readonly server: EvalwireServer;
    readonly trace: Trace;
    readonly deployment: Deployment;
    readonly replicas: ReadonlyArray<ReplicaServer>;
    readonly seed: number;
  }) {
    this.clock = parts.clock;
    this.deployment = parts.deployment;
    this.#replicas = parts.replicas;
    const { api, evaluationId, database } = parts.subject;
    const rng = new Rng(parts.seed, "listing");
    this.#listing = api === "v4" ? new Listing(parts.deployment, rng) : new ItemListing(parts.deployment, rng);
    this.#rng = new Rng(parts.seed, "replicas");
    this.subject = parts.subject;
    this.evaluationId = evaluationId;
    this.#server = parts.server;
    this.#database = database;
    this.history = new History(
      database,
      () => parts.trace.elapsed,
      () => parts.clock.now(),
      this.isHistoryRead,
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
    readonly api?: Api;
  }): Promise<ServerHost> {
    const { time, trace, tasks, policy, onFault, deployment = plain, seed = 0, api = "v4" } = options;
    const offsetMillis = options.clockOffsetMillis;
    const clock = new SkewedClock(time, offsetMillis, deployment.serverPpm);
    const filename = `file:simulation-${threadId}-${++opened}?mode=memory&cache=shared`;
    const common = {
      ...policy,
      apiKeys: Object.fromEntries(names.map((name) => [name, name])),
      seed: "simulation",
      onError: onFault,
    };
    const server = await createServer({ ...common, clock, database: filename });
    const leader = { clock, offsetMillis, ppm: deployment.serverPpm };
    const replicas = await Promise.all(
      deployment.replicas.map((replica) => ReplicaServer.open(replica, time, leader, common)),
    );
    const post: Post = async (path, body) => {
      const headers = { "x-api-key": "dee", "content-type": "application/json" };
      const response = await server.fetch(origin + path, {
        method: "POST",
        headers,
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`The world could not be made: ${path}: ${await response.text()}`);
      return response.json();
    };
    const now = () => clock.now();
    const subject: Subject =
      api === "v4"
        ? await makeResults(post, tasks, (id) => new ResultDatabase(filename, id, now))
        : await makeItems(post, tasks, seed, (id) => new ItemDatabase(filename, id, now, lagMillis(deployment) > 0));
    return new ServerHost({
      clock,
      subject,
      server,
      trace,
      deployment,
      replicas,
      seed,
    });
  }

  /** Whether the watches read histories: they are asked to also on v5, which has none. */
  get isHistoryRead(): boolean {
    return this.deployment.isHistoryWanted && this.subject.api === "v4";
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
