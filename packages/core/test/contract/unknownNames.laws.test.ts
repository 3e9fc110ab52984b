import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nearest, optionIssues, unknownName } from "../../src/contract/unknownNames.ts";

const known = ["apiKey", "accountID", "baseURL", "timeout", "maxRetries", "interval", "expiring", "types"];

describe("nearest", () => {
  it("finds a name written in another case, or with one letter too many, too few or another", () => {
    const misspelt = fc
      .record({ name: fc.constantFrom(...known), at: fc.nat(), letter: fc.constantFrom(..."xyzq"), how: fc.nat(3) })
      .map(({ name, at, letter, how }) => {
        const index = at % name.length;
        const [before, after] = [name.slice(0, index), name.slice(index + 1)];
        const written = [
          name.toUpperCase(),
          before + after,
          before + letter + name.slice(index),
          before + letter + after,
        ];
        return { name, written: written[how]! };
      });
    fc.assert(fc.property(misspelt, ({ name, written }) => nearest(written, known) === name));
  });

  it("knows the names that people wrote", () => {
    expect(nearest("baseUrl", known)).toBe("baseURL");
    expect(nearest("pollInterval", known)).toBe("interval");
    expect(nearest("apikey", known)).toBe("apiKey");
    expect(nearest("mapping", ["mappings", "params"])).toBe("mappings");
    expect(nearest("retries", known)).toBe("maxRetries");
    expect(nearest("colour", known)).toBeUndefined();
  });
});

describe("optionIssues", () => {
  it("has nothing to say of known names, nor of undefined under an unknown one", () => {
    const options = fc.dictionary(fc.constantFrom(...known), fc.anything());
    fc.assert(fc.property(options, (given) => optionIssues({ ...given, other: undefined }, known).length === 0));
  });

  it("names each unknown one, and what was meant", () => {
    expect(optionIssues({ baseUrl: "x", apiKey: "k", colour: 1 }, known)).toEqual([
      { path: "baseUrl", message: "is not known; did you mean baseURL?" },
      { path: "colour", message: unknownName("colour", known) },
    ]);
    expect(unknownName("colour", ["apiKey", "timeout"])).toBe("is not known; known are apiKey, timeout");
  });

  it("refuses what is no object", () => {
    expect(optionIssues(null, known)).toEqual([{ path: "options", message: "must be an object, not null" }]);
    expect(optionIssues("key", known)).toEqual([{ path: "options", message: "must be an object, not string" }]);
  });
});
