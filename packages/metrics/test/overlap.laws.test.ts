import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { closest, overlap, type Piece } from "../src/overlap.ts";

const text = fc.oneof(
  fc.array(fc.constantFrom("the", "The", "cat", "é", "😀", "x1"), { maxLength: 12 }).map((words) => words.join(" ")),
  fc.string({ unit: "binary" }),
);
const joined = (pieces: ReadonlyArray<Piece>) => pieces.map((piece) => piece.text).join("");
const shared = (pieces: ReadonlyArray<Piece>) =>
  pieces.flatMap((piece) => (piece.isShared ? [piece.text.toLowerCase()] : [])).toSorted();

describe("overlap", () => {
  it("cuts texts into pieces that are the texts", () => {
    fc.assert(
      fc.property(text, text, (candidate, reference) => {
        const sides = overlap(candidate, reference);
        expect([joined(sides.candidate), joined(sides.reference)]).toEqual([candidate, reference]);
      }),
    );
  });

  it("marks a word as often on one side as on the other", () => {
    const sides = overlap("The cat, the CAT and the dog", "a cat; the dog");
    expect(shared(sides.candidate)).toEqual(["cat", "dog", "the"]);
    expect(shared(sides.reference)).toEqual(["cat", "dog", "the"]);
  });

  it("finds the reference that shares the most", () => {
    expect(closest("a b c", ["x", "a b", "c"])).toBe("a b");
  });
});
