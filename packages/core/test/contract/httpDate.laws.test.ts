import * as fc from "fast-check";
import { expect, it } from "vitest";
import { httpDate } from "../../src/contract/httpDate.ts";

it("what toUTCString writes is read back, to the second", () => {
  const date = fc.date({ min: new Date("1970-01-01"), max: new Date("9999-12-31"), noInvalidDate: true });
  fc.assert(
    fc.property(date, (each) => {
      expect(httpDate(each.toUTCString())).toBe(Math.floor(each.getTime() / 1_000) * 1_000);
    }),
  );
});

it.each([
  null,
  undefined,
  "",
  "1",
  "2030-01-01",
  "Tue, 01 Foo 2030 00:00:00 GMT",
  "Sat, 30 Feb 2030 00:00:00 GMT",
  "Tue, 01 Jan 2030 00:00:00",
  "Tue Jan  1 00:00:00 2030",
])("%j is no date of HTTP", (header) => {
  expect(httpDate(header)).toBeUndefined();
});
