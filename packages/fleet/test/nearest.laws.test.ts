/** One misspelling has one answer, whichever package is asked: metrics has the rule a second time, because it depends on nothing. */
import * as core from "@evalwire/core/contract";
import * as metrics from "@evalwire/metrics/src/checkOptions.ts";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as fleet from "../src/engine/checkOptions.ts";

const watch = ["interval", "requestsPerMinute", "expiring", "pageSize", "include", "history", "cursor", "signal"];
const component = ["name", "type", "mappings", "params"];

/** The misspelling, the known names, and the intended name. */
const misspelt: ReadonlyArray<readonly [written: string, known: ReadonlyArray<string>, meant: string | undefined]> = [
  ["baseUrl", ["apiKey", "baseURL", "timeout"], "baseURL"],
  ["url", ["apiKey", "baseURL", "timeout"], "baseURL"],
  ["apikey", ["apiKey", "baseURL"], "apiKey"],
  ["key", ["baseURL", "apiKey"], "apiKey"],
  ["pollInterval", watch, "interval"],
  ["intervall", watch, "interval"],
  ["expireing", watch, "expiring"],
  ["pagesize", watch, "pageSize"],
  ["includes", watch, "include"],
  ["mapping", component, "mappings"],
  ["param", component, "params"],
  ["parameters", component, "params"],
  ["maxRetry", ["maxResponseBytes", "maxRetries"], "maxRetries"],
  ["retries", ["maxResponseBytes", "maxRetries"], "maxRetries"],
  ["timeoutMillis", ["apiKey", "timeout"], "timeout"],
  ["ulr", ["secret", "url"], "url"],
  ["tokeniser", ["lowercase", "tokenizer"], "tokenizer"],
  ["stemer", ["types", "stem", "stemmer"], "stemmer"],
  ["lease2", ["lease1", "lease3"], "lease1"],
  ["colour", ["apiKey", "baseURL", "timeout"], undefined],
  ["p", ["q", "1"], undefined],
  ["x", [], undefined],
  ["", ["a"], undefined],
];

it.each(misspelt)("%s of %j", (written, known, meant) => {
  expect(core.nearest(written, known)).toBe(meant);
  expect(metrics.nearest(written, known)).toBe(meant);
});

describe("for any names", () => {
  const name = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.string({ unit: "binary", maxLength: 6 }),
    fc.string({ unit: fc.constantFrom(..."aAbB1_"), maxLength: 90 }),
  );

  it("core and metrics mean the same one", () => {
    fc.assert(
      fc.property(name, fc.array(name, { maxLength: 6 }), (written, known) => {
        expect(metrics.nearest(written, known)).toBe(core.nearest(written, known));
      }),
    );
  });

  it("core, metrics and fleet refuse it in the same words", () => {
    const said = (check: (who: string, options: object, known: never) => void, written: string, known: object) => {
      try {
        check("f", { [written]: 1 }, known as never);
        return undefined;
      } catch (error) {
        return (error as Error).message.replace(/\.$/, "");
      }
    };
    const word = fc.stringMatching(/^[a-zA-Z]{1,12}$/);
    fc.assert(
      fc.property(word, fc.array(word, { minLength: 1, maxLength: 6 }), (written, names) => {
        const known = Object.fromEntries(names.map((each) => [each, true]));
        const sentence = said(core.checkOptions, written, known);
        expect(said(metrics.checkOptions, written, known)).toBe(sentence);
        expect(said(fleet.checkOptions, written, known)).toBe(sentence);
        expect(sentence === undefined).toBe(names.includes(written));
      }),
    );
  });
});
