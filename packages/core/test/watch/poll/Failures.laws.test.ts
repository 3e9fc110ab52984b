import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Reason, SgpError } from "../../../src/client/SgpError.ts";
import { IssueLog } from "../../../src/watch/IssueLog.ts";
import { Limiter } from "../../../src/watch/poll/Budget.ts";
import { Failures } from "../../../src/watch/poll/Failures.ts";
import type { Step } from "../../../src/watch/poll/PollScheduler.ts";

const errorOf = (_tag: Reason["_tag"]) => new SgpError({ reason: { _tag } as Reason, endpoint: "e" });
const evaluation: Step = { _tag: "Evaluation" };
const page: Step = { _tag: "Page" };

const failures = () => new Failures(new Limiter(), new IssueLog());

describe("Failures", () => {
  it("10. a final answer ends a watch that was answered before at the third time, four seconds after the first at the earliest", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4_001 }), { minLength: 1, maxLength: 6 }), (pauses) => {
        const each = failures();
        each.answered(evaluation);
        let now = 1_000_000;
        for (const [index, pause] of pauses.entries()) {
          now += index === 0 ? 0 : pause;
          const isEnd = index >= 2 && now - 1_000_000 >= 4_000;
          expect(each.ends(evaluation, errorOf("NotFound"), now)).toBe(isEnd);
        }
      }),
    );
  });

  it("10. so at exactly four seconds, and not a millisecond before", () => {
    for (const [last, isEnd] of [
      [3_999, false],
      [4_000, true],
    ] as const) {
      const each = failures();
      each.answered(page);
      for (const at of [0, 1]) expect(each.ends(evaluation, errorOf("Forbidden"), at)).toBe(false);
      expect(each.ends(evaluation, errorOf("Forbidden"), last)).toBe(isEnd);
    }
  });

  it("10. an answer of the same kind between two of them starts the count over, one of another kind does not", () => {
    for (const [between, isEnd] of [
      [evaluation, false],
      [page, true],
    ] as const) {
      const each = failures();
      each.answered(page);
      for (const at of [0, 2_000]) each.ends(evaluation, errorOf("Unauthorized"), at);
      each.answered(between);
      expect(each.ends(evaluation, errorOf("Unauthorized"), 4_000)).toBe(isEnd);
    }
  });

  it("10. where nothing was ever answered the first one ends it", () => {
    expect(failures().ends(evaluation, errorOf("NotFound"), 0)).toBe(true);
  });
});
