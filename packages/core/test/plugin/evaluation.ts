/**
 * One evaluation behind a fetch: tasks that a test changes, and a client of them that lives by a simulated clock.
 */
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Layer from "effect/Layer";
import * as Random from "effect/Random";
import * as Scope from "effect/Scope";
import { type Problem, SGPClient, type SGPClientOptions, Sgp } from "../../src/index.ts";
import { SimulatedClock } from "../../src/testing.ts";
import { json, key } from "../client/script.ts";
import fullEvaluation from "../fixtures/contract/evaluation.json" with { type: "json" };
import fullTask from "../fixtures/contract/task.json" with { type: "json" };

const { task_entity: result, ...task } = fullTask;

export interface Tasks {
  [id: string]: { status: string; assigned_to?: string; assignment_expires_at?: string };
}

/** The two faces of a client: all promises of plugins hold for both. */
export const faces = ["promises", "Effect"] as const;
export type Face = (typeof faces)[number];

/** The operations of these tests on a client with either face. */
type Client = Pick<SGPClient, "watch" | "resource" | "metrics" | "close"> & {
  readonly evaluations: Pick<SGPClient["evaluations"], "claimTask" | "retrieve">;
};

/** A program in Effect, seen from outside. */
const inEffect = ({ clock, seed, ...options }: SGPClientOptions): Client => {
  const scope = Scope.makeUnsafe();
  const time = Context.make(Clock.Clock, clock ?? Clock.Clock.defaultValue());
  const random = Effect.runSync(Random.withSeed(Effect.service(Random.Random), seed ?? 1));
  const services = Context.add(time, Random.Random, random);
  const sgp = Context.get(Effect.runSyncWith(services)(Layer.buildWithScope(Sgp.layer(options), scope)), Sgp);
  const run = Effect.runPromiseWith(services);
  return {
    evaluations: {
      claimTask: (args, own) => run(sgp.evaluations.claimTask(args, own)),
      retrieve: (args, own) => run(sgp.evaluations.retrieve(args, own)),
    },
    watch: (id, own) => Effect.runSyncWith(services)(Scope.provide(sgp.watch(id, own), scope)),
    resource: (name) => Effect.runSync(sgp.resource(name)),
    get metrics() {
      return Effect.runSync(sgp.metrics);
    },
    close: () => run(Scope.close(scope, Exit.void)),
  };
};

/** @param options those of the client; a function where they need the clock */
export const evaluation = (
  options: SGPClientOptions | ((clock: SimulatedClock) => SGPClientOptions) = {},
  face: Face = "promises",
) => {
  const clock = new SimulatedClock({ startAt: "2030-01-01T00:00:00Z" });
  const tasks: Tasks = { t1: { status: "PENDING" }, t2: { status: "PENDING" } };
  const problems: Array<Problem> = [];
  const items = () =>
    Object.entries(tasks).map(([id, state]) => ({
      ...result,
      id: `r-${id}`,
      evaluation_id: "e1",
      task: {
        ...task,
        id,
        task_entity_id: `r-${id}`,
        task_entity_parent_id: "e1",
        assigned_to: null,
        assignment_expires_at: null,
        ...state,
      },
    }));
  const counts = () => ({
    total_test_case_result_count: Object.keys(tasks).length,
    completed_test_case_result_count: Object.values(tasks).filter(({ status }) => status === "COMPLETED").length,
  });
  const fetch = clock.trackFetch(async (url: string) => {
    const { pathname } = new URL(url);
    const date = new Date(clock.now()).toUTCString();
    if (pathname === "/v4/evaluations/e1")
      return json({ ...fullEvaluation, id: "e1", ...counts() }, { headers: { date } });
    if (pathname === "/v4/evaluations/e1/test-case-results") {
      const total_item_count = Object.keys(tasks).length;
      return json({ items: items(), current_page: 1, items_per_page: 1_000, total_item_count }, { headers: { date } });
    }
    return json(null);
  });
  const given: SGPClientOptions = {
    apiKey: key,
    baseURL: "https://sgp.test",
    clock,
    seed: 1,
    fetch,
    onProblem: (problem) => problems.push(problem),
    ...(typeof options === "function" ? options(clock) : options),
  };
  const client: Client = face === "promises" ? new SGPClient(given) : inEffect(given);
  const reported = () =>
    problems.map(({ source, error }) => `${source}: ${error instanceof Error ? error.message : error}`);
  return { clock, client, tasks, problems, reported, fetch };
};
