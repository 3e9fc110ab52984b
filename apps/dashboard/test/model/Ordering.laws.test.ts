import fc from "fast-check";
import { expect, it } from "vitest";
import { Ordering } from "../../src/model/Ordering.ts";

interface Row {
  readonly id: number;
  readonly key: number;
}

const compare = (a: Row, b: Row): number => a.key - b.key || a.id - b.id;

// Each round changes some rows (other objects), and leaves some out.
const rounds = fc.array(
  fc.record({
    changes: fc.dictionary(fc.constantFrom("0", "1", "2", "3", "4", "5", "6", "7"), fc.integer({ min: 0, max: 4 })),
    absent: fc.uniqueArray(fc.integer({ min: 0, max: 7 })),
    isAnother: fc.boolean(),
  }),
);

it("1. sorts as sorting again does, for any changes in between", () => {
  fc.assert(
    fc.property(rounds, (all) => {
      const ordering = new Ordering<Row>();
      const rows = Array.from({ length: 8 }, (_, id): Row => ({ id, key: 0 }));
      let sign = 1;
      for (const { changes, absent, isAnother } of all) {
        for (const [id, key] of Object.entries(changes)) rows[Number(id)] = { id: Number(id), key };
        if (isAnother) sign = -sign;
        const present = rows.filter(({ id }) => !absent.includes(id));
        const by = (a: Row, b: Row) => sign * compare(a, b);
        expect(ordering.sort(present, by, sign)).toEqual(present.toSorted(by));
      }
    }),
  );
});

it("2. does not compare rows again that have not changed", () => {
  const ordering = new Ordering<Row>();
  const rows = Array.from({ length: 1_000 }, (_, id): Row => ({ id, key: (id * 7_919) % 1_000 }));
  let compared = 0;
  const counting = (a: Row, b: Row) => {
    compared++;
    return compare(a, b);
  };
  ordering.sort(rows, counting, 1);
  compared = 0;
  rows[3] = { id: 3, key: 500 };
  ordering.sort(rows, counting, 1);
  expect(compared).toBeLessThanOrEqual(rows.length);
});
