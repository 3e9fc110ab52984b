import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Instant } from "../../src/contract/index.ts";

const two = (value: number): string => String(value).padStart(2, "0");
const civil = fc.record({
  year: fc.integer({ min: 1000, max: 9999 }),
  month: fc.nat({ max: 14 }),
  day: fc.nat({ max: 33 }),
  hour: fc.nat({ max: 26 }),
  minute: fc.nat({ max: 62 }),
  second: fc.nat({ max: 62 }),
});

it("isInstant(text) = the calendar has such a date and the day such a time", () => {
  fc.assert(
    fc.property(civil, ({ year, month, day, hour, minute, second }) => {
      const text = `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}Z`;
      const millis = Date.UTC(year, month - 1, day, hour, minute, second);
      const exists = new Date(millis).toISOString() === text.replace("Z", ".000Z");
      expect(Instant.isInstant(text)).toBe(exists);
      expect(Instant.epochMillis(text)).toBe(exists ? millis : Number.NaN);
    }),
    { numRuns: 5_000 },
  );
});

it("isInstant(text) = the grammar has such a text and the calendar such a day", () => {
  const grammar =
    /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?$/;
  const hasDay = (text: string) => {
    const day = Number(text.slice(8, 10));
    return new Date(`${text.slice(0, 10)}T00:00:00Z`).getUTCDate() === day;
  };
  const forms = ["2023-11-07T05:31:56.123Z", "2024-02-29T23:59", "2023-04-30T00:00:00", "1900-02-28T00:00:00.5-01:00"];
  const edit = fc.record({
    at: fc.nat({ max: 29 }),
    cut: fc.nat({ max: 1 }),
    put: fc.constantFrom("", ..."0123456789:-+.TZ "),
  });
  fc.assert(
    fc.property(fc.constantFrom(...forms), fc.array(edit, { maxLength: 3 }), (form, edits) => {
      const text = edits.reduce((text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut), form);
      expect(Instant.isInstant(text)).toBe(grammar.test(text) && hasDay(text));
    }),
    { numRuns: 20_000 },
  );
});

it("epochMillis(date.toISOString()) = date.getTime()", () => {
  const years0To9999 = { min: new Date("0000-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59.999Z") };
  fc.assert(
    fc.property(fc.date({ ...years0To9999, noInvalidDate: true }), (date) => {
      expect(Instant.epochMillis(date.toISOString())).toBe(date.getTime());
    }),
  );
});

it("epochMillis is exact to the millisecond, and finer digits are cut off", () => {
  fc.assert(
    fc.property(fc.nat({ max: 999 }), fc.nat({ max: 999_999 }), (millis, finer) => {
      const digits = `${String(millis).padStart(3, "0")}${String(finer).padStart(6, "0")}`;
      expect(Instant.epochMillis(`1970-01-01T00:00:00.${digits}Z`)).toBe(millis);
    }),
  );
  expect(Instant.epochMillis("1970-01-01T00:00:00.5")).toBe(500);
  expect(Instant.epochMillis("1970-01-01T00:00:00.25Z")).toBe(250);
});

it("an offset moves the instant by itself, and none means UTC", () => {
  const offset = fc.tuple(fc.constantFrom("+", "-"), fc.nat({ max: 23 }), fc.nat({ max: 59 }));
  fc.assert(
    fc.property(offset, ([sign, hours, minutes]) => {
      const moved = Instant.epochMillis(`2023-11-07T05:31:56${sign}${two(hours)}:${two(minutes)}`);
      const distance = (hours * 60 + minutes) * 60_000;
      const still = Instant.epochMillis("2023-11-07T05:31:56");
      expect(moved).toBe(sign === "+" ? still - distance : still + distance);
    }),
  );
  expect(Instant.epochMillis("2023-11-07T05:31:56")).toBe(Instant.epochMillis("2023-11-07T05:31:56Z"));
});

describe("instants", () => {
  it.each(["2024-02-29T00:00Z", "2000-02-29T23:59:59Z", "2023-11-07T05:31:56.123456+00:00", "2023-11-07T05:31:56"])(
    "%s is one",
    (text) => expect(Instant.isInstant(text)).toBe(true),
  );

  it.each([
    "",
    "2023-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z",
    "2023-04-31T00:00:00Z",
    "2023-11-07",
    "2023-11-07 05:31:56Z",
    "2023-11-07T05:31:56z",
    "2023-11-07T05:31:56.Z",
    "2023-11-07T24:00:00Z",
    "2023-11-07T05:31:60Z",
    "2023-11-07T05:31:56+0100",
    "+012023-11-07T05:31:56Z",
    "1699335116",
    "2023-11-07T05:31:56Z\n",
  ])("%j is none", (text) => expect(Instant.isInstant(text)).toBe(false));
});
