import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Instant from "../../../src/contract/Instant.ts";
import { instantOf } from "../../../src/watch/time/instantOf.ts";

const expected = (text: string) => {
  const instant = Instant.epochMillis(text);
  return Number.isNaN(instant) ? undefined : instant;
};

const date = fc.date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true });

const text = fc.oneof(
  date.map((each) => each.toISOString()),
  date.map((each) => each.toISOString().replace(/\.\d+Z$/, "Z")),
  date.map((each) => each.toISOString().replace("Z", "000+00:00")),
  date.map((each) => each.toISOString().replace("Z", "")),
  // Days and hours that do not exist, signs, blanks.
  fc
    .tuple(date, fc.nat(23), fc.constantFrom("0", "3", "9", "-", " ", "T", "Z", "x"))
    .map(([each, index, character]) => {
      const iso = each.toISOString();
      return iso.slice(0, index) + character + iso.slice(index + 1);
    }),
  fc.string(),
);

describe("instantOf", () => {
  it("is the contract's reading of an instant, and undefined where there is none", () => {
    fc.assert(
      fc.property(text, (each) => {
        expect(instantOf(each)).toBe(expected(each));
      }),
      { numRuns: 1_000 },
    );
  });

  it("a time without a zone is UTC", () => {
    expect(instantOf("2030-01-01T00:00:00")).toBe(Date.parse("2030-01-01T00:00:00Z"));
    expect(instantOf("2030-02-30T00:00:00Z")).toBeUndefined();
    expect(instantOf("soon")).toBeUndefined();
  });
});
