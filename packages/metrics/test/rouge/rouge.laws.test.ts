import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type RougeType, rouge, rougeTokens, rougeTypes } from "../../src/index.ts";
import { plainRouge } from "../oracle/plainRouge.ts";

/** Few words, so that texts share many; lines, stems, separators, words of every length that the tables treat apart. */
const word = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("a", "b", "c", "the", "run", "running", "runs", "Of", "é", "-", "...") },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 33 }).map((length) => "abcde".repeat(7).slice(0, length)) },
  { weight: 1, arbitrary: fc.constantFrom("\u212a", "\u0130x", "\ud800", "😀", "3.14") },
);
const line = fc.array(word, { maxLength: 50 }).map((words) => words.join(" "));
const text = fc.array(line, { maxLength: 5 }).map((lines) => lines.join("\n"));
const anything = fc.oneof(text, fc.string({ unit: "binary", maxLength: 60 }), fc.string({ unit: "grapheme" }));
const stemmer = fc.boolean();

const numbers = ({ precision, recall, fmeasure }: { precision: number; recall: number; fmeasure: number }) => ({
  precision,
  recall,
  fmeasure,
});

const all = (candidate: string, reference: string | Array<string>, stems: boolean) => {
  const scores = rouge(candidate, reference, { types: rougeTypes, stemmer: stems });
  return Object.fromEntries(rougeTypes.map((type) => [type, numbers(scores[type])])) as Record<
    RougeType,
    ReturnType<typeof numbers>
  >;
};

describe("rouge", () => {
  it("rouge(c, r) = plain rouge(c, r), to the last bit", () => {
    fc.assert(
      fc.property(anything, anything, stemmer, (candidate, reference, stems) => {
        const plain = Object.fromEntries(
          rougeTypes.map((type) => [type, plainRouge(type, candidate, reference, stems)]),
        );
        expect(all(candidate, reference, stems)).toEqual(plain);
      }),
      { numRuns: 300 },
    );
  });

  it("0 <= precision, recall, fmeasure <= 1, and fmeasure lies between the other two", () => {
    fc.assert(
      fc.property(anything, anything, stemmer, (candidate, reference, stems) => {
        for (const { precision, recall, fmeasure } of Object.values(all(candidate, reference, stems))) {
          expect(precision).toBeGreaterThanOrEqual(0);
          expect(recall).toBeGreaterThanOrEqual(0);
          expect(Math.max(precision, recall)).toBeLessThanOrEqual(1);
          expect(fmeasure).toBeLessThanOrEqual(Math.max(precision, recall) * (1 + Number.EPSILON));
          expect(fmeasure).toBeGreaterThanOrEqual(Math.min(precision, recall) * (1 - Number.EPSILON));
        }
      }),
    );
  });

  it("rouge(t, t) = 1 where t has an n-gram, else 0", () => {
    fc.assert(
      fc.property(anything, stemmer, (same, stems) => {
        const length = rougeTokens(same).length;
        const scores = all(same, same, stems);
        for (const type of rougeTypes) {
          const needed = /\d/.test(type) ? Number(type.slice(5)) : 1;
          expect(scores[type].fmeasure, type).toBe(length >= needed ? 1 : 0);
        }
      }),
    );
  });

  it("precision(c, r) = recall(r, c), for every type but rougeLsum", () => {
    fc.assert(
      fc.property(anything, anything, stemmer, (candidate, reference, stems) => {
        const there = all(candidate, reference, stems);
        const back = all(reference, candidate, stems);
        for (const type of rougeTypes.filter((one) => one !== "rougeLsum")) {
          expect([there[type].precision, there[type].fmeasure]).toEqual([back[type].recall, back[type].fmeasure]);
        }
      }),
    );
  });

  it("more shared n-grams never follow from a longer n: hits(n + 1) <= hits(n)", () => {
    fc.assert(
      fc.property(text, text, stemmer, (candidate, reference, stems) => {
        const { length } = rougeTokens(reference);
        const scores = all(candidate, reference, stems);
        const hits = (n: number) => scores[`rouge${n}` as RougeType].recall * Math.max(length - n + 1, 1);
        for (let n = 1; n < 9; n++) expect(hits(n + 1)).toBeLessThanOrEqual(hits(n) + 1e-9);
      }),
    );
  });

  it("appending a word that both texts get lowers neither rouge1 nor rougeL hits", () => {
    fc.assert(
      fc.property(text, text, stemmer, (candidate, reference, stems) => {
        const hits = (one: string, other: string, type: "rouge1" | "rougeL") =>
          all(one, other, stems)[type].recall * Math.max(rougeTokens(other).length, 1);
        for (const type of ["rouge1", "rougeL"] as const) {
          const before = hits(candidate, reference, type);
          expect(hits(`${candidate} zebra`, `${reference} zebra`, type)).toBeCloseTo(before + 1, 9);
        }
      }),
    );
  });

  it("rouge1 does not see the order of the words", () => {
    const shuffled = fc
      .array(word)
      .chain((words) => fc.tuple(fc.constant(words), fc.shuffledSubarray(words, { minLength: words.length })));
    fc.assert(
      fc.property(shuffled, text, stemmer, ([words, others], reference, stems) => {
        const one = rouge(words.join(" "), reference, { types: ["rouge1"], stemmer: stems });
        expect(rouge(others.join(" "), reference, { types: ["rouge1"], stemmer: stems })).toEqual(one);
      }),
    );
  });

  it("new lines are white space to every type but rougeLsum", () => {
    fc.assert(
      fc.property(text, text, (candidate, reference) => {
        const flat = (value: string) => value.replaceAll("\n", " ");
        const { rougeLsum: _, ...lines } = all(candidate, reference, true);
        const { rougeLsum: sum, ...without } = all(flat(candidate), flat(reference), true);
        expect(without).toEqual(lines);
        expect(sum).toEqual(without.rougeL);
      }),
    );
  });

  it("against several references, each type has the first reference with the highest F-measure", () => {
    fc.assert(
      fc.property(text, fc.array(text, { minLength: 1, maxLength: 5 }), stemmer, (candidate, references, stems) => {
        const singles = references.map((reference) => all(candidate, reference, stems));
        const scores = all(candidate, references, stems);
        for (const type of rougeTypes) {
          const best = singles.reduce((one, other) => (other[type].fmeasure > one[type].fmeasure ? other : one));
          expect(scores[type]).toEqual(best[type]);
        }
      }),
    );
  });
});
