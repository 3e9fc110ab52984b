import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Column, PlacedColumn } from "../../src/score/columns/Column.ts";
import { Dictionary, mostCodes } from "../../src/score/columns/Dictionary.ts";
import * as Pairing from "../../src/score/input/Pairing.ts";
import * as Scores from "../../src/score/Scores.ts";

const bitsOf = (values: Float64Array): ReadonlyArray<bigint> => Array.from(new BigUint64Array(values.slice().buffer));
const score = fc.oneof(fc.double(), fc.constantFrom(0, -0, 1, Number.NaN, Number.MIN_VALUE, 2 ** 32, 1 / 3));

/** Numbers that all differ, of which a column keeps no codes from some place on. */
const different = (count: number): Float64Array => Float64Array.from({ length: count }, (_, at) => at / count);

describe("Dictionary", () => {
  it("valuesOf(codeOf each) = the numbers, to the last bit, and equal ones share a code", () => {
    fc.assert(
      fc.property(fc.array(score, { maxLength: 2000, size: "max" }), (values) => {
        const dictionary = new Dictionary();
        const codes = Uint16Array.from(values, (value) => dictionary.codeOf(value));
        expect(bitsOf(dictionary.valuesOf(codes))).toEqual(bitsOf(Float64Array.from(values)));
        expect(new Set(codes).size).toBe(new Set(bitsOf(Float64Array.from(values))).size);
        expect(codes).not.toContain(0);
      }),
      { numRuns: 30 },
    );
  });

  it("has no code for one number more than there are codes, and keeps the others", () => {
    const dictionary = new Dictionary();
    const values = different(mostCodes);
    const codes = Uint16Array.from(values, (value) => dictionary.codeOf(value));
    expect(dictionary.codeOf(2)).toBe(0);
    expect(dictionary.codeOf(values[7]!)).toBe(codes[7]);
    expect(dictionary.valuesOf(codes)).toEqual(values);
  });
});

describe("Column", () => {
  it("values = the numbers that came, in order, to the last bit, whether or not they were read before", () => {
    fc.assert(
      fc.property(fc.array(fc.array(score, { maxLength: 200 }), { maxLength: 5 }), fc.boolean(), (parts, isAsked) => {
        const column = new Column();
        const given: Array<readonly [Float64Array, ReadonlyArray<bigint>]> = [];
        for (const part of parts) {
          column.pushEach(part, 0, 1);
          if (isAsked) given.push([column.values, bitsOf(column.values)]);
        }
        expect(bitsOf(column.values)).toEqual(bitsOf(Float64Array.from(parts.flat())));
        // Earlier arrays stay as they were.
        for (const [values, bits] of given) expect(bitsOf(values)).toEqual(bits);
        const { kept } = column;
        const numbers = "codes" in kept ? Float64Array.from(kept.codes, (code) => kept.numbers[code]!) : kept;
        expect(bitsOf(Float64Array.from(numbers))).toEqual(bitsOf(column.values));
      }),
    );
  });

  it.each([100, mostCodes + 1])("has its %i values after an array of them was released", (count) => {
    const column = new Column();
    const values = different(count);
    column.pushEach(values, 0, 1);
    column.release(column.values);
    expect(column.values).toEqual(values);
  });

  it.each([mostCodes, mostCodes + 1, 2 * mostCodes])(
    "keeps %i different numbers, and equal ones after them",
    (count) => {
      const column = new Column();
      const values = different(count);
      for (const value of values) column.push(value);
      for (const value of values) column.push(value);
      expect(column.values).toEqual(Float64Array.from([...values, ...values]));
    },
  );
});

describe("PlacedColumn", () => {
  it.each([1000, mostCodes + 9])("values = each of %i at its place, NaN where none came", (count) => {
    const values = different(count);
    const column = new PlacedColumn(count);
    const expected = new Float64Array(count).fill(Number.NaN);
    // Every third place is left out; 7919 is a prime.
    for (let step = 0; step < count; step++) {
      const place = (step * 7919) % count;
      if (place % 3 === 0 && count === 1000) continue;
      column.set(place, values[place]!);
      expected[place] = values[place]!;
    }
    expect(column.values).toEqual(expected);
  });
});

it("a whole pairing names what only one side has, and keeps no ids", () => {
  const id = fc.integer({ min: 0, max: 12 }).map(String);
  fc.assert(
    fc.property(fc.uniqueArray(id), fc.uniqueArray(id), (left, right) => {
      const scores = Scores.make(["a"]);
      for (const one of left) {
        scores.ids.add(one);
        Scores.add(scores, [Number(one)]);
      }
      const growing = Pairing.make(scores);
      for (const one of right) expect(Pairing.add(growing, one, [-Number(one)])).toBe(true);
      const pairing = Pairing.whole(growing);
      expect(pairing.onlyLeft).toEqual(left.filter((one) => !right.includes(one)));
      expect(pairing.onlyRight).toEqual(right.filter((one) => !left.includes(one)));
      expect(pairing.pairs).toBe(left.filter((one) => right.includes(one)).length);
      expect(scores.ids.size).toBe(0);
      const expected = left.map((one) => (right.includes(one) ? -Number(one) : Number.NaN));
      expect(pairing.columns.get("a")!.values).toEqual(Float64Array.from(expected));
    }),
  );
});
