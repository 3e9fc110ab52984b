import fc from "fast-check";
import { expect, it } from "vitest";
import type { WatchEvent } from "../../src/index.ts";
import { SgpError } from "../../src/index.ts";
import { EventChecker, ScriptedWatch, scriptedRow } from "../../src/testing.ts";

const id = fc.constantFrom("a", "b", "c");
const change = fc.oneof(
  fc.record({
    _tag: fc.constant("put" as const),
    rows: fc.array(
      fc.record({
        id,
        status: fc.constantFrom("PENDING", "COMPLETED", "PENDING_REDO"),
        assigned_to: fc.constantFrom(null, "ada", "ben"),
        priority: fc.nat(2),
      }),
      { maxLength: 4 },
    ),
  }),
  fc.record({ _tag: fc.constant("remove" as const), ids: fc.array(id, { maxLength: 3 }) }),
);
const turn = () => new Promise((resolve) => setImmediate(resolve));

it("for any rows put and taken away, its events add up to the very snapshot, for early and late subscribers alike", async () => {
  const law = async (changes: ReadonlyArray<typeof change extends fc.Arbitrary<infer C> ? C : never>, late: number) => {
    const watch = new ScriptedWatch("e1", { tasks: [scriptedRow("a")] });
    const checkers = [new EventChecker(watch)];
    for (const [index, each] of changes.entries()) {
      if (index === late) checkers.push(new EventChecker(watch));
      if (each._tag === "put") watch.put(...each.rows.map((fields) => scriptedRow(fields.id, fields)));
      else watch.remove(...each.ids);
      await turn();
      for (const { tasks, violations } of checkers) {
        expect(violations).toEqual([]);
        expect(new Map(tasks)).toEqual(new Map(watch.snapshot().tasks));
      }
    }
    await watch.close();
    expect(watch.listeners).toBe(0);
  };
  await fc.assert(fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), fc.nat(7), law), { numRuns: 200 });
});

it("is ready once it is no longer connecting, and ended by a status that is closed with an error", async () => {
  const watch = new ScriptedWatch();
  let isReady = false;
  void watch.ready.then(() => {
    isReady = true;
  });
  await turn();
  expect(isReady).toBe(false);
  watch.setStatus({ _tag: "synced", since: "2030-01-01T00:00:00Z" });
  await turn();
  expect(isReady).toBe(true);
  const ends: Array<unknown> = [];
  watch.subscribe(() => undefined, { onEnd: (error) => ends.push(error) });
  const error = new SgpError({ reason: { _tag: "Unauthorized" }, endpoint: "watch" });
  watch.setStatus({ _tag: "closed", since: "2030-01-01T00:00:01Z", error });
  await turn();
  expect([ends, watch.status]).toEqual([[error], { _tag: "closed", since: "2030-01-01T00:00:01Z", error }]);
});

it("emits the events a test makes by hand, and changes of the evaluation", async () => {
  const watch = new ScriptedWatch("e1");
  const seen: Array<WatchEvent> = [];
  watch.subscribe((event) => seen.push(event), { types: ["evaluation.progressed", "watch.synced"] });
  watch.setEvaluation({ total: 2 });
  watch.setEvaluation({ completed: 1 });
  watch.emit({ type: "watch.synced", id: "again", time: "2030-01-01T00:00:00Z", evaluationId: "e1", tasks: 2 });
  await turn();
  expect(seen.map(({ id }) => id)).toEqual(["evaluation.progressed:e1:0/2", "evaluation.progressed:e1:1/2", "again"]);
});
