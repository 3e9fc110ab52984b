import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Absences } from "../../../src/watch/state/Absences.ts";

const misses = fc.array(fc.record({ weight: fc.constantFrom(0.5, 1), isSure: fc.boolean() }), {
  minLength: 1,
  maxLength: 12,
});

/** Lets scans miss a task; how many did until it was gone, and what each was. */
const missing = (canReadTasks: boolean, each: ReadonlyArray<{ readonly weight: number; readonly isSure: boolean }>) => {
  const absences = new Absences(canReadTasks);
  const missed: Array<{ readonly weight: number; readonly isSure: boolean }> = [];
  for (const one of each) {
    missed.push(one);
    const isGone = absences.missed("t", { ...one, since: 0, seen: 0 });
    if (isGone) return { absences, missed, isGone };
  }
  return { absences, missed, isGone: false };
};

const weightOf = (each: ReadonlyArray<{ readonly weight: number }>) =>
  each.reduce((sum, { weight }) => sum + weight, 0);

describe("Absences", () => {
  it("6. a task that scans go on to miss is gone, or is looked at by itself, for any order of sure scans and others", () => {
    fc.assert(
      fc.property(misses, fc.boolean(), (each, canReadTasks) => {
        const { absences, missed, isGone } = missing(canReadTasks, each);
        const isDecided = isGone || absences.isDoubtful("t");
        expect(isDecided).toBe(isGone || (canReadTasks && weightOf(missed) >= 2));
        if (weightOf(missed) >= 4) expect(isDecided).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it("6. it is gone at the second sure scan, and no sooner where a look can be made", () => {
    fc.assert(
      fc.property(misses, (each) => {
        const { missed, isGone } = missing(true, each);
        expect(isGone).toBe(missed.filter(({ isSure }) => isSure).length === 2);
      }),
    );
  });

  it("9. it was missing since the first scan that missed it, and its lease was seen before that", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000), { minLength: 1, maxLength: 6 }), (times) => {
        const absences = new Absences(true);
        for (const [index, since] of times.entries()) {
          // A later scan may say that it was seen later, or not at all.
          const seen = index % 2 === 0 ? since + 7 : undefined;
          absences.missed("t", { weight: 0.1, isSure: false, since, seen });
        }
        expect(absences.of("t")).toMatchObject({ since: times[0], seen: times[0]! + 7 });
      }),
    );
  });

  it("6. a look that finds no task counts once the list is answered after it, and not while the list or the evaluation is gone", () => {
    type Step = "look" | "gone" | "answered" | "answered earlier" | "shown";
    const steps = fc.array(fc.constantFrom<Step>("look", "gone", "answered", "answered earlier", "shown"), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(steps, (all) => {
        const absences = new Absences(true);
        for (let scan = 0; scan < 2; scan++) absences.missed("t", { weight: 1, isSure: false, since: 0, seen: 0 });
        let isListGone = false;
        let looked: number | undefined;
        for (const [index, step] of all.entries()) {
          const began = index + 1;
          if (step === "look") {
            absences.notFound("t", { began, made: { earliest: 0, latest: 0 } });
            if (!isListGone) looked = began;
          } else if (step === "gone") {
            absences.listGone();
            isListGone = true;
            looked = undefined;
          } else if (step === "shown") {
            absences.shown("t");
            looked = undefined;
          } else {
            // The answer to a request that began before the look says nothing of what came after.
            const isLater = step === "answered";
            const gone = absences.listAnswered(isLater ? began : (looked ?? 0));
            expect(gone.map(([taskId, look]) => [taskId, look.began])).toEqual(
              isLater && looked !== undefined ? [["t", looked]] : [],
            );
            if (isLater) looked = undefined;
            isListGone = false;
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("6. a look at a task that no scans have missed for long enough says nothing", () => {
    const absences = new Absences(true);
    absences.missed("t", { weight: 1, isSure: false, since: 0, seen: 0 });
    absences.notFound("t", { began: 1, made: { earliest: 0, latest: 0 } });
    expect(absences.listAnswered(2)).toEqual([]);
  });

  it("a task that is there again is missing no more", () => {
    fc.assert(
      fc.property(misses, (each) => {
        const { absences } = missing(true, each);
        absences.present("t");
        expect([absences.size, absences.isDoubtful("t"), absences.of("t")]).toEqual([0, false, undefined]);
        expect(absences.missed("t", { weight: 1, isSure: true, since: 5, seen: 3 })).toBe(false);
        expect(absences.of("t")).toMatchObject({ since: 5, seen: 3 });
      }),
    );
  });
});
