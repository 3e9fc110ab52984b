import fc from "fast-check";
import { expect, it } from "vitest";
import { KeyTable } from "../../src/kernel/KeyTable.ts";

const part = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 0x3fff_ffff }));

it("is a map from three integers to the value first given, however full its slots are", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(part, part, part), { maxLength: 300 }),
      fc.integer({ min: 1, max: 5 }),
      (keys, bits) => {
        const table = new KeyTable(bits);
        const plain = new Map<string, number>();
        keys.forEach((key, index) => {
          const known = plain.get(key.join());
          expect(table.intern(...key, 0)).toBe(known ?? 0);
          expect(table.intern(...key, index + 1)).toBe(known ?? index + 1);
          if (known === undefined) plain.set(key.join(), index + 1);
        });
        for (const key of keys) expect(table.intern(...key, 0)).toBe(plain.get(key.join()));
      },
    ),
  );
});
