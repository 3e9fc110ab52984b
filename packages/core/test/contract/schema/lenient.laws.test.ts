/** The valid parts of a damaged value are kept, and the others are named. */
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { endpoints, guard, lenient } from "../../../src/contract/index.ts";
import { generated, generatedWith, names, schemaOf } from "../generated.ts";
import { alter, get } from "../places.ts";

/** Of each schema. */
const numRuns = 20;

/** Enough for a machine that does other things as well. */
vi.setConfig({ testTimeout: 60_000 });

const strange = fc.constantFrom<unknown>(0.5, true, "\u0000 damage", [[0.5]], { damage: [] });

it.each(names)("%s: lenient(generated) is the value itself, and nothing is left out", (name) => {
  fc.assert(
    fc.property(generated(name), (value) => {
      const read = lenient(schemaOf(name))(value);
      expect(read).toEqual({ ok: true, value, leftOut: [] });
      expect(read.ok && Object.is(read.value, value)).toBe(true);
    }),
    { numRuns },
  );
});

it.each(names)("%s: what is kept of a damaged value is valid, and the damage lies in what was left out", (name) => {
  fc.assert(
    fc.property(
      generatedWith(name, () => true),
      strange,
      ({ value, place }, damage) => {
        const damaged = alter(value, place.path, () => damage);
        const before = structuredClone(damaged);
        const read = lenient(schemaOf(name))(damaged);
        expect(damaged).toEqual(before);
        if (guard(schemaOf(name))(damaged)) {
          expect(read).toEqual({ ok: true, value: damaged, leftOut: [] });
          return;
        }
        if (!read.ok) {
          expect(read.issues.length).toBeGreaterThan(0);
          return;
        }
        expect(guard(schemaOf(name))(read.value)).toBe(true);
        expect(read.leftOut.length).toBeGreaterThan(0);
        for (const { path, message } of read.leftOut) {
          expect(get(damaged, path)).toBeDefined();
          expect(message).not.toBe("");
        }
      },
    ),
    { numRuns },
  );
});

const pages = endpoints.filter(({ paging }) => paging !== undefined).map(({ name }) => `${name} answer`);

it.each(pages)("%s: a row of nonsense costs no other row", (name) => {
  fc.assert(
    fc.property(generated(name), fc.nat(), fc.constantFrom<unknown>(null, 7, "text", [], {}), (value, pick, row) => {
      const page = value as { readonly items: ReadonlyArray<unknown> };
      const at = pick % (page.items.length + 1);
      const read = lenient(schemaOf(name))({ ...page, items: page.items.toSpliced(at, 0, row) });
      // An empty object may be a row where nothing is required.
      if (read.ok && read.leftOut.length === 0) return;
      expect(read).toMatchObject({ ok: true, value: page, leftOut: [{ path: ["items", at], cost: "item" }] });
    }),
    { numRuns },
  );
});
