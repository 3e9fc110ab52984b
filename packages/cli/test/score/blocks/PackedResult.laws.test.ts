import fc from "fast-check";
import { expect, it } from "vitest";
import type { BlockResult } from "../../../src/score/blocks/BlockResult.ts";
import { pack, unpack } from "../../../src/score/blocks/PackedResult.ts";

/** Numbers of which few differ, or all. */
const numbers = (count: number) => {
  const given = { minLength: count, maxLength: count };
  return fc.oneof(
    fc.array(fc.constantFrom(0, -0, 0.5, 1, 1 / 3, Number.NaN, Infinity, 5e-324), given),
    fc.array(fc.double(), given),
    fc
      .uniqueArray(fc.double(), { minLength: 1, maxLength: 9 })
      .chain((few) => fc.array(fc.constantFrom(...few), given)),
  );
};

const lines = (count: number) =>
  fc.oneof(
    fc.nat().map((first) => Array.from({ length: count }, (_, at) => first + at)),
    fc.array(fc.nat(), { minLength: count, maxLength: count }),
  );

const result: fc.Arbitrary<BlockResult> = fc
  .record({ records: fc.nat(60), keys: fc.integer({ min: 1, max: 4 }), groups: fc.integer({ min: 1, max: 3 }) })
  .chain(({ records, keys, groups }) =>
    fc
      .record({
        outcomes: fc.oneof(
          fc.constant(Array.from({ length: records }, () => 0)),
          fc.array(fc.nat(3), { minLength: records, maxLength: records }),
        ),
        at: lines(records),
        groupOf: fc.array(fc.nat(groups - 1), { minLength: records, maxLength: records }),
        marked: fc.oneof(fc.constant(records), fc.nat(records)),
        halves: fc.array(fc.nat(), { minLength: 2 * records, maxLength: 2 * records }),
        lateBy: fc.constantFrom(0, 0, 1),
      })
      .chain((parts) => {
        const scored = parts.outcomes.filter((one) => one === 0).length;
        return numbers(scored * keys).map((values) => ({ ...parts, values }));
      })
      .map(({ outcomes, at, groupOf, marked, halves, lateBy, values }) => ({
        ...{ lines: records, bytes: 7 * records, ids: undefined, keys: undefined, emptyAnswers: 1, worst: undefined },
        outcomes: Uint8Array.from(outcomes),
        at: Uint32Array.from(at),
        values: Float64Array.from(values),
        problems: outcomes.filter((one) => one !== 0).map((one) => `problem ${one}`),
        marks: Uint32Array.from({ length: 3 * marked }, (_, index) => {
          const record = Math.floor(index / 3);
          return index % 3 === 2 ? at[record]! + lateBy : halves[2 * record + (index % 3)]!;
        }),
        groups: Array.from({ length: groups }, (_, group) => `g${group}`),
        groupOf: Uint32Array.from(groupOf),
        counts: [Float64Array.from(at)],
        references: [Uint32Array.from(at)],
        signatures: [[0, "s"] as const],
        runs: [],
        withoutTokens: [["f1", 2] as const],
      })),
  );

it("a result comes back as it was, bit for bit", () => {
  fc.assert(
    fc.property(result, (given) => {
      const back = unpack(pack(given));
      expect(back).toEqual(given);
      const bits = ({ values }: BlockResult) => Buffer.from(values.buffer, values.byteOffset, values.byteLength);
      expect(bits(back).equals(bits(given))).toBe(true);
      // It is kept longer than the rest.
      expect(back.marks.buffer.byteLength).toBe(back.marks.byteLength);
    }),
    { numRuns: 500 },
  );
});

it("values that come again, and what follows from the rest, take no room", () => {
  const records = 10_000;
  const at = Uint32Array.from({ length: records }, (_, record) => record + 1);
  const given: BlockResult = {
    ...{ lines: records, bytes: 1 << 23, ids: undefined, keys: undefined, emptyAnswers: 0, worst: undefined },
    ...{ outcomes: new Uint8Array(records), at, groups: [""], groupOf: new Uint32Array(records) },
    values: Float64Array.from({ length: 4 * records }, (_, index) => (index % 997) / 997),
    marks: Uint32Array.from({ length: 3 * records }, (_, index) => (index % 3 === 2 ? at[(index - 2) / 3]! : index)),
    ...{ problems: [], counts: [], references: [], signatures: [], runs: [], withoutTokens: [] },
  };
  expect(pack(given).length).toBeLessThan(records * (4 * 2 + 8) + 997 * 8 + 1_000);
  const other = { ...given, values: given.values.map((value, index) => value + index) };
  expect(pack(other).length).toBeLessThan(records * (4 * 8 + 8) + 1_000);
});
