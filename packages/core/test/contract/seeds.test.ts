/** The examples of the platform's own documents are accepted as they stand, every field of them known. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { check, Evaluations, type Schema, Tasks, unknownMembers, v5 } from "../../src/contract/index.ts";
import { get, places, structAt } from "./places.ts";

const beside = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(beside(`../fixtures/contract/${name}.json`), "utf8"));

interface Example {
  readonly name: string;
  readonly schema: Schema.Codec<any>;
}

const examples: ReadonlyArray<Example> = [
  { name: "task", schema: Tasks.Task },
  { name: "evaluation", schema: Evaluations.Evaluation },
  { name: "evaluation-created", schema: Evaluations.Evaluation },
  { name: "v5-evaluation-update", schema: v5.Evaluations.UpdateEvaluation },
  { name: "v5-evaluation", schema: v5.Evaluations.Evaluation },
];

/** The paths of fields the schema does not declare; those of maps are the sender's own. */
const undeclared = ({ node }: Example["schema"], value: unknown): ReadonlyArray<string> =>
  places(node, value).flatMap((place) => {
    const inner = get(value, place.path);
    const struct = structAt(place, inner);
    if (struct === undefined) return [];
    const declared = struct.fields.map(({ name }) => name);
    return Object.keys(inner as object).flatMap((name) =>
      declared.includes(name) ? [] : [[...place.path, name].join("/")],
    );
  });

describe.each(examples)("$name", ({ name, schema }) => {
  const value = fixture(name);

  it("is accepted as it stands, and handed back as the same object", () => {
    const checked = check(schema)(value);
    expect(checked).toEqual({ ok: true, value });
    expect(checked.ok && checked.value).toBe(value);
  });

  it("is the same text after a round trip", () => {
    const checked = check(schema)(JSON.parse(JSON.stringify(value)));
    expect(checked.ok && JSON.stringify(checked.value)).toBe(JSON.stringify(value));
  });

  it("has no field the schema does not declare, and no member it does not know", () => {
    expect(undeclared(schema, value)).toEqual([]);
    expect(unknownMembers(schema)(value)).toEqual([]);
  });
});

/** The JSON objects in a text that has other things in it as well. */
const jsonObjects = (text: string): ReadonlyArray<unknown> => {
  const found: Array<unknown> = [];
  for (let start = text.indexOf("{"); start >= 0; start = text.indexOf("{", start + 1)) {
    const end = endOfObject(text, start);
    try {
      found.push(JSON.parse(text.slice(start, end)));
      start = end;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error; // not JSON: a snippet of code, a path's {parameter}
    }
  }
  return found;
};

const endOfObject = (text: string, start: number): number => {
  let depth = 0;
  for (let index = start; index < text.length; index++) {
    if (text[index] === "{") depth++;
    if (text[index] === "}" && --depth === 0) return index + 1;
  }
  return text.length;
};

const seeds = beside("../../../../../shared/seeds");
const haveSeeds = existsSync(seeds);
if (!haveSeeds) console.warn("The source documents are not beside the checkout: only the fixtures are checked.");

describe("the source documents", () => {
  it.skipIf(!haveSeeds)("have no JSON example but the fixtures", () => {
    const files = readdirSync(seeds).filter((file) => file.endsWith(".txt"));
    const found = files.flatMap((file) => jsonObjects(readFileSync(`${seeds}/${file}`, "utf8")));
    const distinct = new Set(found.map((one) => JSON.stringify(one)));
    expect(files.length).toBeGreaterThan(0);
    expect(distinct).toEqual(new Set(examples.map(({ name }) => JSON.stringify(fixture(name)))));
  });
});
