/**
 * Workers against the real embedded server: lost answers, processes that are killed and restarted, leases that expire, clocks that differ and are set.
 *
 * Promises that hold in all cases:
 *
 * 1. No result is written by a user whose lease had ended when they sent it; where the server refuses late answers, nor when it was carried out.
 * 2. Every answer a handler returns in a process that lives is stored in exactly one result, or is reported: as lost, or as a failed try.
 * 3. No user holds two tasks.
 * 4. When the trouble is over, every task is done, with an answer that a user gave for it.
 *
 * Everything follows from the seed.
 */
import { SimulatedClock } from "@evalwire/core/testing";
import type { WorkerEvent } from "@evalwire/tasks";
import { Rng } from "../Rng.ts";
import { type Behaviour, WorkProcess } from "./WorkProcess.ts";
import { WorkServer } from "./WorkServer.ts";

export interface WorkOutcome {
  readonly seed: number;
  /** Broken promises, in words; empty when there are none. */
  readonly broken: ReadonlyArray<string>;
  readonly counts: {
    readonly submitted: number;
    readonly lost: number;
    readonly killed: number;
    readonly millis: number;
  };
}

const users = ["ada", "ben", "cy"];
const hour = 3_600_000;

const behaviourOf = (rng: Rng, claimMillis: number): Behaviour => ({
  faults: rng.of([0, 0.05, 0.15, 0.3]),
  longestWay: rng.of([50, 500, 5_000]),
  longestWork: rng.of([100, claimMillis / 4, claimMillis, claimMillis * 1.5]),
  throws: rng.of([0, 0, 0.2]),
  answersBadly: rng.of([0, 0, 0.2]),
  ignoresSignal: rng.is(0.3),
});

/** Result of one run. */
const judge = async (
  server: WorkServer,
  processes: ReadonlyArray<WorkProcess>,
  isStrict: boolean,
): Promise<ReadonlyArray<string>> => {
  const broken: Array<string> = [];
  for (const { user, answer, wasHeldWhenSent, wasHeldWhenDone } of server.written) {
    if (!wasHeldWhenSent) broken.push(`1: ${user} sent ${answer} without a lease`);
    if (isStrict && !wasHeldWhenDone) broken.push(`1: ${answer} of ${user} was written without a lease`);
  }
  const places = new Map<string, Set<string>>();
  for (const { answer, resultId } of server.written)
    places.set(answer, (places.get(answer) ?? new Set()).add(resultId));
  for (const [answer, results] of places)
    if (results.size > 1) broken.push(`2: ${answer} is in ${results.size} results`);
  const given = new Set<string>();
  for (const process of processes) {
    const stored = process.events.flatMap((event) =>
      event.type === "task.submitted" ? Object.values(event.result) : [],
    );
    const lost = process.events.flatMap((event) => (event.type === "answer.lost" ? [event] : []));
    const lostAnswers = lost.map(({ answer }) => String(Object.values((answer as { result: object }).result)[0]));
    for (const { answer, isGood } of process.returned) {
      given.add(answer);
      const reported =
        stored.filter((one) => one === answer).length + lostAnswers.filter((one) => one === answer).length;
      if (process.isAlive && isGood && reported !== 1) broken.push(`2: ${answer} was reported ${reported} times`);
      if (stored.includes(answer) && !places.has(answer)) broken.push(`2: ${answer} is said to be stored, and is not`);
    }
    lost.forEach(({ reason }, index) => {
      const answer = lostAnswers[index]!;
      if (reason !== "unconfirmed" && places.has(answer))
        broken.push(`2: ${answer} is said to be lost (${reason}), and is stored`);
    });
    for (const error of (await process.worker.closed).errors) broken.push(`a lane ended: ${error.message}`);
  }
  if (server.mostHeld > 1) broken.push(`3: one user held ${server.mostHeld} tasks`);
  for (const { id, isDone, answer } of await server.results()) {
    if (!isDone) broken.push(`4: ${id} is not done`);
    else if (answer === undefined || !given.has(answer))
      broken.push(`4: ${id} has an answer that was never given: ${answer}`);
  }
  return broken;
};

/** Intended faults, to see that they are found. */
export interface WorkDoubles {
  /** A user hands in long after their lease has ended, past every check. */
  readonly isAnyoneLate?: boolean;
  /** Which events of the workers are heard; all when left out. */
  readonly hears?: (event: WorkerEvent) => boolean;
}

/** Claims a task, lets its time pass, and writes all the same. */
const writeLate = async (server: WorkServer, time: SimulatedClock, claimMillis: number): Promise<void> => {
  const request = { user: "late", wasHeld: false };
  const path = `/v4/evaluations/${server.evaluationId}`;
  const claimed = await server.serve({ ...request, method: "POST", path: `${path}/claim-task`, body: "{}" });
  const task = (await claimed.json()) as { readonly task_entity_id: string } | null;
  if (task === null) return;
  await time.advance(claimMillis + 5_000);
  const id = task.task_entity_id;
  const wasHeld = server.holds("late", id);
  const body = JSON.stringify({ label_status: "PENDING", audit_comment: "late" });
  await server.serve({ ...request, wasHeld, method: "PATCH", path: `${path}/test-case-results/${id}`, body });
};

export const simulateWork = async (seed: number, doubles: WorkDoubles = {}): Promise<WorkOutcome> => {
  const rng = new Rng(seed, "work");
  const time = new SimulatedClock();
  const faults: Array<string> = [];
  const claimSeconds = rng.of([20, 60, 300]);
  const drawn = rng.of(["refuse", "refuse", "accept", "unless-reclaimed"] as const);
  const lateSubmit = doubles.isAnyoneLate ? "accept" : drawn;
  const claimAgain = rng.of(["renew", "keep"] as const);
  const server = await WorkServer.open({
    time,
    offsetMillis: rng.whole(-3 * hour, 3 * hour),
    users: [...users, "late"],
    tasks: rng.whole(3, 12),
    policy: { claimSeconds, lateSubmit, claimAgain },
    onFault: (error) => faults.push(`the server fails: ${String(error)}`),
  });
  const processes: Array<WorkProcess> = [];
  const running = new Map<string, WorkProcess>();
  const start = (user: string) => {
    const name = `${user}${processes.length}`;
    const process = new WorkProcess({
      ...{ user, name, time, server },
      offsetMillis: rng.whole(-3 * hour, 3 * hour),
      rng: new Rng(seed, name),
      behaviour: behaviourOf(rng, claimSeconds * 1_000),
      hears: doubles.hears ?? (() => true),
    });
    processes.push(process);
    running.set(user, process);
  };
  if (doubles.isAnyoneLate) await writeLate(server, time, claimSeconds * 1_000);
  const some = users.slice(0, rng.whole(1, users.length));
  for (const user of some) start(user);
  let killed = 0;
  for (let step = 0; step < 12; step++) {
    await time.advance(rng.whole(100, claimSeconds * 700));
    const user = rng.of(some);
    const process = running.get(user);
    switch (rng.of(["kill", "stop", "set", "nothing", "nothing"] as const)) {
      case "kill":
        if (process === undefined) start(user);
        else {
          process.kill();
          killed++;
          running.delete(user);
        }
        break;
      case "stop":
        if (process === undefined) start(user);
        else {
          running.delete(user);
          await time.until(process.worker.stop({ within: rng.whole(0, 20_000) }));
        }
        break;
      case "set":
        process?.clock.set(rng.whole(-600_000, 600_000));
        break;
      case "nothing":
        break;
    }
  }
  // The trouble is over: workers that still run finish their tasks, and new ones do the rest.
  for (const process of running.values()) await time.until(process.worker.stop());
  running.clear();
  await time.advance((claimSeconds + 60) * 1_000);
  start(some[0]!);
  const last = processes.at(-1)!;
  last.isCalm = true;
  const isDone = async () => (await server.results()).every((result) => result.isDone);
  for (let minute = 0; minute < 120 && !(await isDone()); minute++) await time.advance(60_000);
  await time.until(last.worker.stop());
  // Requests in flight arrive, and their answers are lost.
  await time.advance(60_000 + claimSeconds * 2_000);
  const broken = [...faults, ...(await judge(server, processes, lateSubmit === "refuse"))];
  if (time.pending > 0) broken.push(`${time.pending} timers are left`);
  await server.close();
  const count = (type: string) =>
    processes.flatMap(({ events }) => events.filter((event) => event.type === type)).length;
  const counts = { submitted: count("task.submitted"), lost: count("answer.lost"), killed, millis: time.now() };
  return { seed, broken, counts: { ...counts, millis: time.now() - Date.UTC(2030, 0, 1) } };
};
