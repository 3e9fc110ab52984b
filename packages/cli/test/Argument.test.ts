import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Argument from "../src/Argument.ts";

describe("port", () => {
  it.each(["0", "80", "65535"])("takes %s", (text) => {
    expect(Argument.port(text)).toBe(Number(text));
  });
  it.each(["-1", "65536", "80.5", "0x50", "", "eighty", " 80", "1e3"])("refuses %j and says what it wants", (text) => {
    expect(() => Argument.port(text)).toThrow("Expected a port, a whole number from 0 to 65535.");
  });
});

describe("seconds", () => {
  it("takes what a lease can last", () => {
    expect(Argument.seconds("900")).toBe(900);
  });
  it.each(["0", "-3", "1.5", "2592001", "ten"])("refuses %j", (text) => {
    expect(() => Argument.seconds(text)).toThrow("Expected seconds");
  });
});

describe("apiKey", () => {
  it("adds to the keys given before", () => {
    expect(Argument.apiKey("k2=bo", Argument.apiKey("k1=ada"))).toEqual({ k1: "ada", k2: "bo" });
  });
  it("cuts at the last equals sign, since keys may contain some", () => {
    expect(Argument.apiKey("a=b==ada")).toEqual({ "a=b=": "ada" });
  });
  it("gives a key without a user to user-1", () => {
    expect(Argument.apiKey("secret")).toEqual({ secret: Argument.defaultUser });
    expect(Argument.apiKey("c2VjcmV0=")).toEqual({ "c2VjcmV0=": Argument.defaultUser });
  });
  it("refuses one key for two users", () => {
    expect(() => Argument.apiKey("k=bo", { k: "ada" })).toThrow('for "ada" and for "bo"');
    expect(Argument.apiKey("k=ada", { k: "ada" })).toEqual({ k: "ada" });
  });
  it.each(["", "a b=ada", "schlüssel=ada", "=ada"])("refuses %j", (text) => {
    expect(() => Argument.apiKey(text)).toThrow("Expected key=user");
  });
  it("a key named __proto__ is a key like any other", () => {
    const keys = Argument.apiKey("__proto__=ada");
    expect(Object.keys(keys)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(keys)).toBe(Object.prototype);
  });
  it("what is joined with commas is read back", () => {
    const name = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    fc.assert(
      fc.property(fc.dictionary(name, name, { maxKeys: 6 }), (keys) => {
        const text = Object.entries(keys)
          .map(([key, user]) => `${key}=${user}`)
          .join(", ");
        expect(Argument.apiKeys(text)).toEqual({ ...keys });
      }),
    );
  });
});
