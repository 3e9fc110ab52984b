/**
 * How often a watch is wrong about leases that end: people who work near their deadlines, a real server, a real watch at one pace, and the
 * server's own history to compare with. The same seed gives the same figures.
 */
import { type Lease, leaseOf, SGPClient, type WatchEvent } from "@evalwire/core";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import { Rng } from "../Rng.ts";
import { World } from "../world/World.ts";

export interface Rates {
  /** Leases that were there. */
  readonly leases: number;
  /** Leases that the clock ended, and those of them that no poll ever showed. */
  readonly ended: number;
  readonly unseen: number;
  /** `assignment.expired` of leases that the clock did not end. */
  readonly wrong: number;
  /** Those of them that do not say that something else may have happened (`gap: false`). */
  readonly sure: number;
  /** Those of them that ended in a state which was over again within two seconds, the shortest pause between scans: no poll distinguishes them. */
  readonly blurred: number;
  /** Leases that were shown and that the clock ended, without `assignment.expired`. */
  readonly missing: number;
  readonly requests: number;
}

const nameOf = ({ taskId, assignee, expiresAt }: Lease): string => `${taskId} ${assignee} ${expiresAt}`;

/** One task's life: it is assigned, and then finished, given back, passed on, renewed, or left to its end; again and again. */
const live = async (world: World, taskId: string, claimSeconds: number, rng: Rng): Promise<void> => {
  const { host, time } = world;
  const wait = (millis: number) => Effect.runPromise(time.sleep(Duration.millis(Math.max(1, millis))));
  const patch = async (path: string, body: unknown) => {
    const headers = { "x-api-key": "dee", "content-type": "application/json" };
    await host.serve({
      method: "PATCH",
      path: `/v4/evaluations/${host.evaluationId}${path}`,
      headers,
      body: JSON.stringify(body),
    });
  };
  const assign = (assigned_to: string | null) => patch(`/tasks/${taskId}`, { assigned_to });
  const result = host.history.present.get(taskId)!.test_case_result_id;
  const update = (label_status: string) =>
    patch(`/test-case-results/${result}`, { result: { fluent: "yes" }, label_status });
  for (;;) {
    await wait(rng.whole(500, 40_000));
    await assign("ben");
    const how = rng.weighted({ expire: 35, finish: 35, unassign: 10, reassign: 10, renew: 10 });
    const whole = claimSeconds * 1_000;
    // Most of those who finish do so after a warning.
    await wait(
      how === "finish" ? whole - rng.of([300, 2_000, 5_000, 10_000, 20_000, 30_000, 45_000]) : rng.whole(1_000, whole),
    );
    if (how === "finish") {
      await update("COMPLETED");
      await wait(rng.whole(500, 20_000));
      await update("PENDING");
      await assign(null);
    } else if (how === "unassign") await assign(null);
    else if (how === "reassign") await assign("cy");
    else if (how === "renew") await assign("ben");
    if (how !== "finish" && how !== "unassign") await wait(whole);
  }
};

/**
 * @param interval the shortest and the longest pause between scans, in milliseconds
 * @param minutes how long it lasts
 * @param claimSeconds how long a lease is
 */
export const measure = async (
  seed: number,
  interval: readonly [shortest: number, longest: number],
  minutes: number,
  claimSeconds = 60,
  tasks = 12,
): Promise<Rates> => {
  const settings = {
    tasks,
    pageSize: 1_000,
    requestsPerMinute: 60,
    interval,
    leads: [],
    policy: { claimSeconds, redoBy: "queue" as const },
    clientOffsetMillis: 250,
    serverOffsetMillis: 730,
  };
  const faults: Array<unknown> = [];
  const world = await World.open(seed, settings, { isTraced: false, onFault: (error) => faults.push(error) });
  const { host, network, clientClock, time } = world;
  const client = new SGPClient({
    apiKey: "ada",
    baseURL: "http://evalwire.localhost",
    fetch: network.fetchOf("watch"),
    clock: clientClock,
    seed: String(seed),
  });
  const watch = client.watch(host.evaluationId, { interval: [interval[0], interval[1]], expiring: [] });
  const seen = new Set<string>();
  /** The leases reported as expired, and with which `gap`. */
  const reported = new Map<string, boolean>();
  watch.subscribe((event: WatchEvent) => {
    if (event.type === "assignment.expired") reported.set(nameOf(event.lease), event.gap);
    const lease =
      "current" in event && "taskId" in event && event.current !== null ? leaseOf(event.current) : undefined;
    if (lease !== undefined) seen.add(nameOf(lease));
  });
  for (const taskId of host.history.present.keys())
    void live(world, taskId, claimSeconds, new Rng(seed, "life", taskId));
  await time.advance(Duration.minutes(minutes));
  const leases = new Map<string, Lease>();
  for (const taskId of host.history.present.keys()) {
    for (const { row } of host.history.states(taskId)) {
      const lease = row === null ? undefined : leaseOf(row);
      if (lease !== undefined) leases.set(nameOf(lease), lease);
    }
  }
  // A lease that ends just now may still be reported.
  const now = host.clock.now() - 15_000;
  const ends = [...leases].flatMap(([name, lease]) => {
    const end = host.history.endOf(lease);
    return end !== undefined && end.at < now ? [{ name, ...end }] : [];
  });
  const ended = ends.filter(({ isByClock }) => isByClock);
  const wrong = ends.filter(({ name, isByClock }) => !isByClock && reported.has(name));
  const isBlurred = ({ name, at }: (typeof ends)[number]) =>
    host.history.states(leases.get(name)!.taskId).some((state) => state.at > at && state.at < at + 2_000);
  const { requests } = watch.stats();
  await watch.close();
  if (faults.length > 0) throw faults[0];
  return {
    leases: ends.length,
    ended: ended.length,
    unseen: ended.filter(({ name }) => !seen.has(name)).length,
    wrong: wrong.length,
    sure: wrong.filter(({ name }) => reported.get(name) === false).length,
    blurred: wrong.filter(isBlurred).length,
    missing: ended.filter(({ name }) => seen.has(name) && !reported.has(name)).length,
    requests,
  };
};
