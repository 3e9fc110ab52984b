import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as Effect from "effect/Effect";
import { expect, it } from "vitest";
import { modulesUnderWay, OnDemand } from "../../src/client/OnDemand.ts";
import { SGPClient } from "../../src/index.ts";
import { SimulatedClock } from "../../src/testing.ts";
import { json, key, script } from "./script.ts";

/** A module that loads when the test says so. */
const parcel = () => {
  const asked: Array<PromiseWithResolvers<string>> = [];
  const module = new OnDemand(() => {
    const coming = Promise.withResolvers<string>();
    asked.push(coming);
    return coming.promise;
  });
  return { asked, module };
};

it("a module is requested once, when it is first needed, and is available from then on", async () => {
  const { asked, module } = parcel();
  expect([asked.length, module.atHand]).toEqual([0, undefined]);
  const needed = [Effect.runPromise(module.load), Effect.runPromise(module.load)];
  expect([asked.length, module.atHand]).toEqual([1, undefined]);
  asked[0]?.resolve("here");
  expect(await Promise.all(needed)).toEqual(["here", "here"]);
  expect(module.atHand).toBe("here");
  expect(Effect.runSync(module.load)).toBe("here");
  expect(asked).toHaveLength(1);
});

it("one that does not load is a failure that says so, and is requested again by its next user", async () => {
  const { asked, module } = parcel();
  const needed = Effect.runPromise(Effect.flip(module.load));
  asked[0]?.reject(new TypeError("Failed to fetch dynamically imported module"));
  const error = await needed;
  expect(error.reason._tag).toBe("Unreachable");
  expect(error.message).toBe(
    "evalwire: a part of @evalwire/core could not be loaded: Failed to fetch dynamically imported module; " +
      "try again, or reload the program",
  );
  const again = Effect.runPromise(module.load);
  asked[1]?.resolve("here");
  expect(await again).toBe("here");
});

it("time stands still while a module is under way", async () => {
  const clock = new SimulatedClock({ startAt: 0 });
  const { asked, module } = parcel();
  const at = Effect.runPromise(Effect.map(module.load, () => clock.now()));
  const moved = clock.advance("1 minute");
  // As a module does, it comes from a disk, which no turn of the event loop shows.
  void readFile(new URL(import.meta.url)).then(() => asked[0]?.resolve("late"));
  expect(await at).toBe(0);
  await moved;
  expect(clock.now()).toBe(60_000);
  expect(modulesUnderWay()).toBeUndefined();
});

it("v5 waits by the client's clock from its first call on", async () => {
  const { fetch, clock, asked } = script([
    json({}, { status: 503, headers: { "retry-after": "20" } }),
    json({ object: "list", items: [], total: 0, has_more: false, limit: 10 }),
  ]);
  const client = new SGPClient({ apiKey: key, fetch, clock });
  const began = clock.now();
  await clock.until(client.v5.datasets.list());
  expect(asked.map(({ at }) => at - began)).toEqual([0, 20_000]);
});

/** The modules of this package that `file` imports, types aside: at once, and on demand. */
const importsOf = (file: URL) => {
  const code = readFileSync(file, "utf8").replaceAll(/^\s*(\/\/|\*|\/\*).*$/gm, "");
  const paths = (pattern: RegExp) => Array.from(code.matchAll(pattern), ([, path]) => new URL(path!, file).href);
  return {
    atOnce: paths(/^(?:import|export)(?! type)[^;]*?from "(\.[^"]+)";/gm),
    onDemand: paths(/\bimport\("(\.[^"]+)"\)/g),
  };
};

it("what is said on the wire and what polls are loaded on demand: of the contract only the outlines are reached from the package's entries", () => {
  const source = new URL("../../src/", import.meta.url);
  const reached = new Set(["index.ts", "rxjs.ts", "emitter.ts"].map((entry) => new URL(entry, source).href));
  const onDemand = new Set<string>();
  for (const file of reached) {
    const imports = importsOf(new URL(file));
    for (const each of imports.atOnce) reached.add(each);
    for (const each of imports.onDemand) onDemand.add(each);
  }
  const names = (files: Iterable<string>) =>
    Array.from(files, (file) => fileURLToPath(file).slice(fileURLToPath(source).length)).toSorted();
  expect(names(reached).filter((file) => /v[45]|schema/i.test(file))).toEqual([
    "contract/v4/maxLimit.ts",
    "contract/v4/outline.ts",
    "contract/v5/outline.ts",
  ]);
  expect(names(onDemand)).toEqual([
    "client/http/redirectTarget.ts",
    "client/notFound.ts",
    "contract/schema/lenient.ts",
    "contract/schema/unknownMembers.ts",
    "contract/v4/resources.ts",
    "contract/v5/resources.ts",
    "watch/Pollers.ts",
  ]);
  expect(names(onDemand).filter((file) => names(reached).includes(file))).toEqual([]);
});
