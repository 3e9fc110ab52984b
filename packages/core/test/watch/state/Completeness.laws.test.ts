import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Page } from "../../../src/watch/source/Source.ts";
import { Completeness, type Pass } from "../../../src/watch/state/Completeness.ts";
import { Scan } from "../../../src/watch/state/Scan.ts";
import { row } from "../rows.ts";

const all = ["t1", "t2", "t3", "t4"];
const pageOf = (ids: ReadonlyArray<string>, total: number, next?: string): Page => ({
  rows: ids.map((id) => row(id)),
  items: ids,
  unreadable: [],
  withoutId: 0,
  total,
  next,
  issues: [],
});

/** A scan that sees everything, one that sees as many items as there were while another comes, and one that misses some. */
const scans = fc.array(
  fc.oneof(
    fc.constant({ kind: "complete", pages: [pageOf(all, 4)] } as const),
    fc.constant({ kind: "moved", pages: [pageOf(["t1", "t2"], 3, "2"), pageOf(["t3"], 4)] } as const),
    // As many as its last total says, and still one may have gone and another come.
    fc.constant({ kind: "moved", pages: [pageOf(["t1", "t2", "t3"], 3, "2"), pageOf(["t4"], 4)] } as const),
    fc
      .subarray(all, { minLength: 1, maxLength: 3 })
      .map((ids) => ({ kind: "partial", pages: [pageOf(ids, 4)], ids }) as const),
  ),
  { minLength: 1, maxLength: 14 },
);

/** Judges scans one after the other; after each: the passes that it made. */
const judged = (isInterrupted: boolean) => {
  const completeness = new Completeness(isInterrupted);
  let began = 0;
  const judge = (pages: ReadonlyArray<Page>) => {
    // Each is held against none before it: that two see the same is another law.
    const scan = new Scan(++began, 0, undefined);
    for (const page of pages) scan.add(page, () => undefined);
    const passes: Array<Pass> = [];
    completeness.judge(scan, scan.result(), { joined: () => undefined, passed: (pass) => void passes.push(pass) });
    return passes;
  };
  return { completeness, judge };
};

describe("Completeness", () => {
  it("5. what follows a scan is next to it only if that scan saw everything by itself", () => {
    fc.assert(
      fc.property(scans, fc.boolean(), (life, isInterrupted) => {
        const { completeness, judge } = judged(isInterrupted);
        expect(completeness.isInterrupted).toBe(isInterrupted);
        for (const { kind, pages } of life) {
          judge(pages);
          expect(completeness.isInterrupted).toBe(kind !== "complete");
        }
        completeness.interrupt();
        expect(completeness.isInterrupted).toBe(true);
      }),
    );
  });

  it("6. scans in a row that each miss something are one complete scan once together they have seen everything", () => {
    fc.assert(
      fc.property(scans, (life) => {
        const { completeness, judge } = judged(false);
        let joined = new Set<string>();
        let inRow = 0;
        let complete = 0;
        for (const { kind, pages } of life) {
          for (const { items } of pages) for (const id of items) joined.add(id);
          inRow++;
          const isWhole = kind === "complete" || (inRow > 1 && joined.size === all.length);
          const passes = judge(pages);
          if (isWhole) {
            complete++;
            joined = new Set();
            inRow = 0;
          }
          expect(completeness.completeScans).toBe(complete);
          expect(passes.map(({ weight }) => weight)).toEqual(isWhole ? [1] : kind === "moved" ? [0.5] : []);
          // Only a scan that saw each item once by itself is sure of what is missing.
          expect(passes.every(({ isSure }) => isSure === (kind === "complete"))).toBe(true);
        }
      }),
    );
  });

  it("3. the first pass is over after three scans that are none, and eight complete scans in a row forget the others", () => {
    const { completeness, judge } = judged(false);
    const partial = [pageOf(["t1"], 4)];
    for (const passes of [0, 0, 1, 1]) {
      judge(partial);
      expect(completeness.passes).toBe(passes);
    }
    expect(completeness.incompleteScans).toBe(4);
    // One that misses something in between begins the row again.
    for (let count = 1; count <= 7; count++) judge([pageOf(all, 4)]);
    judge(partial);
    for (let count = 1; count <= 8; count++) {
      judge([pageOf(all, 4)]);
      expect(completeness.incompleteScans).toBe(count < 8 ? 5 : 0);
    }
  });
});
