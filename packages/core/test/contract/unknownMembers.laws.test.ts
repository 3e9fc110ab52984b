/** Members an open enum does not know are accepted, and each is reported with its place. */
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { check, unknownMembers } from "../../src/contract/index.ts";
import { generated, generatedWith, schemaOf } from "./generated.ts";
import { alter, enumAt, get, type Path, places } from "./places.ts";

const numRuns = 400;

/** Enough for a machine that does other things as well. */
vi.setConfig({ testTimeout: 60_000 });

interface Found {
  readonly path: Path;
}

/** The same by the slow road: every place of the value, with what it knows. */
const strangers = (name: string, value: unknown): ReadonlyArray<Found> =>
  places(schemaOf(name).node, value).flatMap((place) => {
    const member = get(value, place.path);
    const known = enumAt(place, member);
    return known === undefined || known.includes(member as string) ? [] : [{ path: place.path, value: member, known }];
  });

const byPath = (found: ReadonlyArray<Found>): ReadonlyArray<Found> =>
  found.toSorted((one, other) => (JSON.stringify(one.path) < JSON.stringify(other.path) ? -1 : 1));

it("unknownMembers(value) = the open enums of value whose member is not known", () => {
  fc.assert(
    fc.property(generated, ({ name, value }) => {
      expect(byPath(unknownMembers(schemaOf(name))(value))).toEqual(byPath(strangers(name, value)));
    }),
    { numRuns },
  );
});

it("a member that comes later is accepted, and reported at its path", () => {
  const withEnum = generatedWith((place, inner) => enumAt(place, inner) !== undefined);
  fc.assert(
    fc.property(withEnum, ({ name, value, place: { path } }) => {
      const later = alter(value, path, () => "OF_A_LATER_VERSION");
      expect(check(schemaOf(name))(later)).toEqual({ ok: true, value: later });
      const reported = unknownMembers(schemaOf(name))(later).filter((one) => one.value === "OF_A_LATER_VERSION");
      expect(reported.map((one) => one.path)).toEqual([path]);
    }),
    { numRuns },
  );
});
