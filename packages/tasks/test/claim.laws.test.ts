/** Claimers against one queue, over a network that delays, reorders and loses, on a clock that only the test moves. */
import type { SgpError } from "@evalwire/core";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Claim, claim, skip, submit } from "../src/index.ts";
import type { Call, Fate, Platform } from "./Platform.ts";
import { stage } from "./stage.ts";

const args = { evaluation_id: "e1" };
const users = ["ada", "bo", "cy"];

const fault = fc.constantFrom<Fate["fault"]>(
  "none",
  "none",
  "request lost",
  "answer lost",
  "fault before",
  "fault after",
  "answer cut",
);
/** Within the client's 30 seconds, and far beyond. */
const prompt = fc.integer({ min: 0, max: 10_000 });
const late = fc.oneof(prompt, fc.integer({ min: 20_000, max: 200_000 }));
const fates = (latency: fc.Arbitrary<number>) =>
  fc.array(fc.record({ there: latency, back: latency, fault }), { maxLength: 12 });

/** A request of some kind meets the next of these fates; when they are used up, all goes well. */
const meet = (all: ReadonlyArray<Fate>, matters: (call: Call) => boolean = () => true) => {
  const waiting = [...all];
  return (call: Call): Fate => (matters(call) && waiting.shift()) || { there: 5, back: 5, fault: "none" };
};

/** A user's belief that they hold a task, from when the claim was answered until they acted on it or its lease was over. */
interface Belief {
  readonly user: string;
  readonly taskId: string;
  readonly from: number;
  until: number;
}

const overlap = (a: { from: number; until: number }, b: { from: number; until: number }) =>
  Math.max(a.from, b.from) < Math.min(a.until, b.until);

const expectNoTwoHolders = (beliefs: ReadonlyArray<Belief>) => {
  for (const [index, one] of beliefs.entries())
    for (const other of beliefs.slice(index + 1))
      if (one.taskId === other.taskId && one.user !== other.user)
        expect([one, other, overlap(one, other)]).toEqual([one, other, false]);
};

/** Each belief lies within a time in which the server had given the task to that user. */
const expectTrue = (beliefs: ReadonlyArray<Belief>, platform: Platform) => {
  for (const { user, taskId, from, until } of beliefs) {
    const tenures = platform.tenures.filter((one) => one.user === user && one.taskId === taskId);
    expect({
      user,
      taskId,
      from,
      until,
      within: tenures.some((one) => one.from <= from && until <= one.until),
    }).toMatchObject({
      within: true,
    });
  }
};

const step = fc.record({
  works: fc.integer({ min: 0, max: 120_000 }),
  next: fc.constantFrom("submit", "submit", "skip", "abandon"),
});
const knows = fc.boolean();
type Stage = ReturnType<typeof stage>;

/** One annotator's day: claims, works a while, hands in, skips or walks away; a failure is slept over. */
const day = async (
  { clock, clientOf }: Stage,
  user: string,
  steps: ReadonlyArray<{ readonly works: number; readonly next: string }>,
  me: { readonly me?: string },
  beliefs: Array<Belief>,
) => {
  const client = clientOf(user);
  const rest = (millis: number) => Effect.runPromise(clock.sleep(Duration.millis(millis)));
  const believe = (held: Claim): Belief | undefined => {
    if (held._tag !== "Claimed") return undefined;
    const belief = { user, taskId: held.task.id, from: clock.now(), until: held.heldUntil };
    beliefs.push(belief);
    return belief;
  };
  const known = async <A>(promise: Promise<A>): Promise<A | SgpError> => promise.catch((error: SgpError) => error);

  let held: Claim | SgpError | undefined;
  let belief: Belief | undefined;
  for (const { works, next } of steps) {
    if (held?._tag !== "Claimed") {
      held = await known(claim(client, { ...args, ...me }));
      belief = held._tag === "SgpError" ? undefined : believe(held);
    }
    await rest(works);
    if (held._tag !== "Claimed" || belief === undefined) continue;
    belief.until = Math.min(belief.until, clock.now());
    if (next === "submit") await known(submit(client, { ...held, result: { fluent: "yes" } }));
    if (next !== "skip") {
      held = undefined;
      continue;
    }
    held = await known(skip(client, { ...args, ...me, task_id: held.task.id }));
    belief = held._tag === "SgpError" ? undefined : believe(held);
  }
  // The last belief lasts as long as nothing is done about it.
};

describe("claimers", () => {
  it("two of them never both believe to hold one task, for any delay, loss, or late execution", async () => {
    const isClaim = (call: Call) => call.path.endsWith("/claim-task") && call.body["skip_current"] !== true;
    await fc.assert(
      fc.asyncProperty(
        fates(late),
        fc.array(fc.tuple(fc.array(step, { minLength: 1, maxLength: 5 }), knows), { minLength: 2, maxLength: 3 }),
        fc.record({ claimSeconds: fc.integer({ min: 5, max: 300 }), skewMillis: fc.integer({ min: -9e6, max: 9e6 }) }),
        async (fates, days, { claimSeconds, skewMillis }) => {
          const scene = stage({ tasks: 3, claimSeconds, skewMillis, fate: meet(fates, isClaim) });
          const beliefs: Array<Belief> = [];
          const all = days.map(([steps, isKnown], index) => {
            const user = users[index]!;
            return day(scene, user, steps, isKnown ? { me: user } : {}, beliefs);
          });
          await scene.clock.until(Promise.all(all));
          expectNoTwoHolders(beliefs);
          expectTrue(beliefs, scene.platform);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("a claim whose answers are lost leads to exactly one claimed task", async () => {
    await fc.assert(
      fc.asyncProperty(fates(prompt), knows, async (fates, isKnown) => {
        const { clock, platform, clientOf } = stage({ fate: meet(fates) });
        const once = { ...args, ...(isKnown ? { me: "ada" } : {}), followUps: 100 };
        const claimed = await clock.until(claim(clientOf("ada"), once).catch((error: SgpError) => error));
        if (claimed._tag === "SgpError") {
          // Looking failed too: at most one task is ours, and claiming again shows which.
          expect(platform.tenures.length).toBeLessThanOrEqual(1);
          const again = await clock.until(claim(clientOf("ada"), once).catch(() => undefined));
          if (again?._tag === "Claimed") expect(platform.heldBy("ada")).toEqual([again.task.id]);
        } else {
          expect(claimed).toMatchObject({ _tag: "Claimed", task: { id: "t0" } });
          expect(platform.heldBy("ada")).toEqual(["t0"]);
          expect(platform.tenures.length).toBe(1);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("in every order in which messages may arrive, each task is claimed by one, and none is left over", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fates(fc.constant(0)), knows, async (scheduler, fates, isKnown) => {
        const pass = (label: string) => scheduler.schedule(Promise.resolve(), label);
        const isClaim = (call: Call) => call.path.endsWith("/claim-task");
        const { clock, platform, clientOf } = stage({ tasks: users.length, pass, fate: meet(fates, isClaim) });
        const all = Promise.all(
          users.map((user) => claim(clientOf(user), { ...args, ...(isKnown ? { me: user } : {}), followUps: 100 })),
        );
        let isOver = false;
        all.finally(() => {
          isOver = true;
        });
        // Messages travel while there are any; only then does time pass, so no answer is given up.
        for (await clock.advance(0); !isOver; await clock.advance(0)) {
          if (scheduler.count() > 0) await scheduler.waitNext(1);
          // A millisecond more than is needed: wakes are not at whole ones.
          else await clock.advance(Math.ceil(clock.nextWakeAt! - clock.now()) + 1);
        }
        const ids = (await all).map((claimed) => (claimed._tag === "Claimed" ? claimed.task.id : claimed._tag));
        expect([...ids].sort()).toEqual(["t0", "t1", "t2"]);
        users.forEach((user, index) => {
          expect(platform.heldBy(user)).toEqual([ids[index]]);
        });
        expect(platform.tenures.length).toBe(users.length);
      }),
      { numRuns: 60 },
    );
  });
});
