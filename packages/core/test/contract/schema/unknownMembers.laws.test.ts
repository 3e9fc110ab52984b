/** Members an open enum does not know are accepted, and each is reported with its place. */
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { check, unknownMembers, v5 } from "../../../src/contract/index.ts";
import { generated, generatedWith, hasPlaces, names, schemaOf, schemas } from "../generated.ts";
import { alter, enumAt, get, type Path, type Place, places } from "../places.ts";

/** Of each schema. */
const numRuns = 20;

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

it.each(names)("%s: unknownMembers(value) = the open enums of value whose member is not known", (name) => {
  fc.assert(
    fc.property(generated(name), (value) => {
      expect(byPath(unknownMembers(schemaOf(name))(value))).toEqual(byPath(strangers(name, value)));
    }),
    { numRuns },
  );
});

const isEnum = (place: Place, inner: unknown) => enumAt(place, inner) !== undefined;

it.each(names.filter((name) => hasPlaces(name, isEnum)))(
  "%s: a member that comes later is accepted, and reported at its path",
  (name) => {
    fc.assert(
      fc.property(generatedWith(name, isEnum), ({ value, place: { path } }) => {
        const later = alter(value, path, () => "OF_A_LATER_VERSION");
        expect(check(schemaOf(name))(later)).toEqual({ ok: true, value: later });
        const reported = unknownMembers(schemaOf(name))(later).filter((one) => one.value === "OF_A_LATER_VERSION");
        expect(reported.map((one) => one.path)).toEqual([path]);
      }),
      { numRuns },
    );
  },
);

it.each(names)("%s: unknownMembers is total, any JSON in the place of a valid value is looked through", (name) => {
  fc.assert(
    fc.property(
      generatedWith(name, () => true),
      fc.jsonValue(),
      ({ value, place }, anything) => {
        const found = unknownMembers(schemaOf(name))(alter(value, place.path, () => anything));
        for (const { value, known } of found) expect(known).not.toContain(value);
      },
    ),
    { numRuns },
  );
});

it("a value nested more deeply than any answer is looked through as far as a guard would follow it", () => {
  const deep = JSON.parse(`${'{"children":['.repeat(5_000)}${"]}".repeat(5_000)}`);
  for (const schema of schemas.values()) expect(unknownMembers(schema)(deep)).toEqual([]);
  const layout = { ...deep, direction: "diagonal" };
  expect(unknownMembers(v5.Judges.Layout)(layout)).toMatchObject([{ path: ["direction"], value: "diagonal" }]);
});
