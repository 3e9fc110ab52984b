/**
 * How a simulation ends: the world comes to rest, and the promises that speak of the end are looked at.
 */

import type { TaskRow } from "@evalwire/core";
import * as Duration from "effect/Duration";
import { deedOf, type Ending, type Plan } from "./Plan.ts";
import type { Stage } from "./play.ts";
import { brief } from "./promises/Checker.ts";
import { Rng } from "./Rng.ts";
import { historyMillis, Session } from "./Session.ts";
import type { TestDoubles } from "./TestDoubles.ts";
import { lagMillis } from "./world/Deployment.ts";
import { isSame } from "./world/History.ts";
import { calm } from "./world/NetworkOutcome.ts";

const minute = 60_000;

/** Lets time pass until something is so; at most so long. */
const until = async ({ world }: Stage, isSo: () => boolean, withinMillis: number): Promise<boolean> => {
  const { time, trace } = world;
  for (const end = trace.elapsed + withinMillis; !isSo() && trace.elapsed < end; ) await time.advance("5 seconds");
  return isSo();
};

/** Faults stop, the browser is visible and online, and what is under way comes to its end. */
const heal = async (stage: Stage): Promise<void> => {
  const { world, session, assertions } = stage;
  world.network.faultProfile = calm;
  session.become({ isVisible: true, isOnline: true });
  const isOver = () => session.own.pending === 0;
  const hasEnded = await until(stage, isOver, 5 * minute);
  assertions.hold(0, hasEnded, () => "a write goes on forever");
};

/**
 * 1: once the server has stopped changing, one full scan shows what is there, and a second one what is gone.
 *
 * Leases end meanwhile, which changes the server: then it is waited for again.
 */
const settle = async (stage: Stage): Promise<void> => {
  const { world, session, assertions } = stage;
  const { history, deployment } = world.host;
  const { looks, watch } = session;
  // A server that lags behind has stopped changing so much later.
  const lag = lagMillis(deployment);
  const scans = () => {
    const isGone = [...watch.snapshot().tasks.keys()].some((taskId) => !history.present.has(taskId));
    // A state that goes back in time, or undoes an own write, is believed at the second poll.
    const isDoubted = watch.stats().unconfirmedWrites > 0 || world.host.clock.isSet || lag > 0;
    return isGone || isDoubted ? 2 : 1;
  };
  // Where the order changes while the pages are read, it takes several scans to see everything, and what is gone has to be looked for.
  const looksBetween = (taskId: string, since: number, endedBy: number) =>
    looks.seen.get(taskId)?.looks.filter((began) => began > since && began <= endedBy).length ?? 0;
  const isJoined = (since: number, endedBy: number) =>
    deployment.reorders > 0 &&
    [...watch.snapshot().tasks.keys()].every((taskId) => history.present.has(taskId)) &&
    looks.passes.filter(({ began, ended }) => began > since && ended <= endedBy).length >= 2 &&
    [...history.present.keys()].every((taskId) => looksBetween(taskId, since, endedBy) >= scans());
  const hasSettled = () => {
    // A write whose outcome was unclear is settled by the first scan after it.
    const since = Math.max(history.changedAt, ...session.own.all.map(({ endedAt }) => endedAt ?? 0)) + lag;
    // States shown by a scan wait for the histories of its tasks.
    const endedBy = world.host.isHistoryRead ? world.trace.elapsed - historyMillis : Number.POSITIVE_INFINITY;
    const readSince = Math.max(since, looks.rereadAt);
    const passes = looks.passes.filter(
      // Of a list that moves the same part may come twice by chance; what it lacks has to be looked for then.
      ({ began, ended, isComplete, items, total }) =>
        isComplete && began > readSince && ended <= endedBy && (deployment.reorders === 0 || items.size === total),
    );
    return (passes.length >= scans() || isJoined(readSince, endedBy)) && looks.evaluatedAt > since;
  };
  // A server that has refused all requests is trusted again only little by little.
  const isDone = await until(stage, hasSettled, 60 * minute);
  assertions.hold(1, isDone, () => "no full scan within an hour of peace");
  if (assertions.broken !== undefined) return;
  session.check();
  compare(stage, watch.snapshot().tasks, history.present);
  compareEvaluation(stage);
};

const compare = (
  { assertions }: Stage,
  shown: ReadonlyMap<string, TaskRow>,
  real: ReadonlyMap<string, TaskRow>,
): void => {
  for (const taskId of new Set([...shown.keys(), ...real.keys()])) {
    const [row, is] = [shown.get(taskId) ?? null, real.get(taskId) ?? null];
    const isRight = row !== null && is !== null && isSame(row, is);
    assertions.hold(1, isRight, () => `${taskId} shows ${brief(row)}; on the server it is ${brief(is)}`);
  }
};

const compareEvaluation = ({ world, session, assertions }: Stage): void => {
  const shown = session.watch.snapshot().evaluation;
  const is = world.host.evaluation();
  const shows = `${shown?.status} ${shown?.total} ${shown?.completed}`;
  assertions.hold(1, is === shows, () => `the evaluation shows ${shows}; it is ${is}`);
};

/** 3 and 4: late, slow and throwing listeners end up with the same state as all others. */
const gather = async (stage: Stage): Promise<void> => {
  const { world, session, assertions } = stage;
  session.join("prompt");
  await world.time.advance(0);
  const areDone = await until(stage, () => session.audience.busy === 0, 20 * minute);
  assertions.hold(4, areDone, () => "a slow subscriber never comes to its end");
  await settle(stage);
  await until(stage, () => session.audience.busy === 0, 20 * minute);
  if (assertions.broken === undefined) session.compareAll();
};

/** 12: where nothing happens, the pauses grow to the longest. */
const idle = async (stage: Stage): Promise<void> => {
  const { world, session, assertions } = stage;
  const [, longest] = world.settings.interval;
  // A lease ends by the clock: that is news which is no change.
  const happened = () => world.host.history.changes + session.watch.stats().events;
  await world.time.advance(Duration.millis(4 * longest));
  const before = happened();
  // The longest pause is reached after some scans that show nothing new.
  await world.time.advance(Duration.millis(8 * longest));
  const { firstPages } = session.traffic;
  await world.time.advance(Duration.millis(4 * longest));
  const scans = session.traffic.firstPages - firstPages;
  const isQuiet = happened() === before && session.watch.snapshot().leases.size === 0;
  // A scan that missed something, since the order changed meanwhile, is repeated soon, a few times, and the pauses grow again.
  const most = world.host.deployment.reorders > 0 ? 24 : 5;
  assertions.hold(12, !isQuiet || scans <= most, () => `${scans} scans in four longest pauses, and nothing happened`);
};

/** 14: after `close` nothing is left, and nothing comes any more. */
const leave = async (stage: Stage): Promise<void> => {
  const { world, session, assertions } = stage;
  const { time, network, browser } = world;
  await until(stage, () => network.inTransit <= session.traffic.open, 5 * minute);
  await session.close();
  session.checkEnded();
  assertions.hold(14, session.traffic.open === 0, () => "a poll goes on after close");
  session.traffic.forbid("the watch is closed");
  await until(stage, () => network.inTransit === 0, minute);
  // A slow subscriber's handling of its last event is its own.
  await until(stage, () => session.audience.busy === 0, minute);
  assertions.hold(14, time.pending === 0, () => `${time.pending} timers are left after close`);
  assertions.hold(14, browser.listeners === 0, () => `${browser.listeners} listeners are left after close`);
  assertions.hold(
    14,
    session.watch.status._tag === "closed",
    () => `the watch is ${session.watch.status._tag} after close`,
  );
  await time.advance("5 minutes");
};

/** 16: a watch that is given a cursor reports exactly the changes since. */
const resume = async (stage: Stage, plan: Plan, doubles: TestDoubles): Promise<void> => {
  const { world, session, assertions } = stage;
  const { history } = world.host;
  const position = session.position();
  await leave(stage);
  const rng = new Rng(plan.seed, "meanwhile");
  for (let count = rng.whole(0, 6); count > 0; count--) {
    await world.time.advance(Duration.millis(rng.whole(0, 40_000)));
    await world.actors.act(deedOf(rng, plan.api), rng);
  }
  const changesBefore = history.changes;
  const resumed = new Session(world, "resumed", assertions, doubles, position);
  const next: Stage = { world, session: resumed, assertions };
  await settle(next);
  if (assertions.broken !== undefined) return;
  const reported = new Map<string, number>();
  const removed = new Set<string>();
  for (const event of resumed.main!.received) {
    if (!("previous" in event) || !("taskId" in event)) continue;
    reported.set(event.taskId, (reported.get(event.taskId) ?? 0) + 1);
    if (event.type === "task.removed") removed.add(event.taskId);
    // A deleted task comes again where a server that lags behind answers.
    const isAgain = removed.has(event.taskId) && lagMillis(world.host.deployment) > 0;
    const isNew = event.type !== "task.added" || (!event.replay && (isAgain || !position.rows.has(event.taskId)));
    assertions.hold(16, isNew, () => `${event.taskId} is reported as added, and was there before the cursor`);
  }
  const isStill = history.changes === changesBefore && lagMillis(world.host.deployment) === 0;
  for (const taskId of new Set([...position.rows.keys(), ...history.present.keys(), ...reported.keys()])) {
    const [before, is] = [position.rows.get(taskId) ?? null, history.present.get(taskId) ?? null];
    const isUnchanged = before !== null && is !== null && isSame(before, is);
    const isRight = isUnchanged
      ? !isStill || !reported.has(taskId)
      : reported.has(taskId) || (before === null && is === null);
    assertions.hold(
      16,
      isRight,
      () => `${taskId} was ${brief(before)}, is ${brief(is)}, and is reported ${reported.get(taskId)} times`,
    );
  }
  await leave(next);
};

/** 10: a permanent failure ends the watch, as a typed error, for all. */
const ends = async (stage: Stage, ending: Ending): Promise<void> => {
  const { world, session, assertions } = stage;
  if (ending === "gone") await world.host.operate((database) => database.deleteEvaluation());
  else world.network.refusal = ending === "unauthorized" ? 401 : 403;
  const reason = { gone: "NotFound", unauthorized: "Unauthorized", forbidden: "Forbidden" }[ending as string];
  const hasEnded = await until(stage, () => session.watch.status._tag === "closed", 30 * minute);
  const { status } = session.watch;
  const error = status._tag === "closed" ? status.error : undefined;
  assertions.hold(
    10,
    hasEnded && error?.reason._tag === reason,
    () => `${ending}, and the watch is ${status._tag} ${error}`,
  );
  await world.time.advance("30 seconds");
  // Everything that went with the evaluation may wait for a slow subscriber, and its end comes last.
  await until(stage, () => session.audience.busy === 0, 5 * minute);
  session.checkEnded();
  assertions.hold(10, session.main?.endedBy === error, () => `its end is reported as ${session.main?.endedBy}`);
  await leave(stage);
};

export const end = async (stage: Stage, plan: Plan, doubles: TestDoubles): Promise<void> => {
  const { assertions } = stage;
  const phases: ReadonlyArray<() => Promise<void>> = [
    () => heal(stage),
    () => settle(stage),
    () => gather(stage),
    ...(plan.ending === "idle" ? [() => idle(stage)] : []),
    () => {
      switch (plan.ending) {
        case "resumed":
          return resume(stage, plan, doubles);
        case "idle":
          return leave(stage);
        case "gone":
        case "unauthorized":
        case "forbidden":
          return ends(stage, plan.ending);
      }
    },
  ];
  for (const phase of phases) {
    if (assertions.broken === undefined) await phase();
  }
};
