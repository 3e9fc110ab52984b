import { describe, expect, it } from "vitest";
import { moment, roughMoment } from "../../src/model/Time.ts";
import { noon } from "../rows.ts";

const minute = 60_000;

describe("an estimated moment", () => {
  it("is shown to the minute where it is further off than ten", () => {
    expect(roughMoment(noon + 90 * minute + 14_000, noon)).toMatch(/^\d\d:\d\d$/);
    expect(roughMoment(noon + 9 * minute + 14_000, noon)).toMatch(/^\d\d:\d\d:14$/);
  });

  it("has the date like any other where that is not today's", () => {
    const at = noon + 48 * 60 * minute;
    expect(roughMoment(at, noon)).toBe(moment(at, noon));
  });
});
