/**
 * Requests of every route with bodies, queries and ids that no client sends: no answer is a fault, none takes long, and nothing of
 * another account is seen or changed.
 */
import { endpoints, guard, ValidationError } from "@evalwire/core/contract";
import type { EvalwireServer } from "../../src/index.ts";
import type { Chance } from "./Chance.ts";

const oddTexts = [
  ...[
    "",
    " ",
    "null",
    "\u0000",
    "\ud800",
    "🌉",
    "__proto__",
    "constructor",
    "../..",
    "%2e%2e",
    "a,b",
    "'; DROP TABLE tasks; --",
  ],
  ...["x".repeat(5000), "9".repeat(30), "-1", "1e999", "NaN", "true", "[]", "{}", "2026-01-01T00:00:00Z"],
];
const oddValues: ReadonlyArray<unknown> = [null, true, 0, -1, 1.5, 2 ** 53, [], {}, [[]], [null], { a: { b: [1] } }];

const deep = (levels: number): string => `${"[".repeat(levels)}${"]".repeat(levels)}`;

const value = (chance: Chance, level = 0): unknown => {
  const pick = chance.below(level > 3 ? 2 : 5);
  if (pick === 0) return chance.of(oddTexts);
  if (pick === 1) return chance.of(oddValues);
  const names = [
    "account_id",
    "name",
    "description",
    "type",
    "data",
    "tags",
    "evaluation_id",
    "result",
    "ids",
    "task_ids",
    "metric_config",
    "tasks",
  ];
  const entries = Array.from({ length: chance.below(6) }, () => [
    chance.of([...names, ...oddTexts]),
    value(chance, level + 1),
  ]);
  return pick === 2 ? entries.map(([, one]) => one) : Object.fromEntries(entries);
};

const bodyOf = (chance: Chance): string | Uint8Array<ArrayBuffer> => {
  const text = JSON.stringify(value(chance)) ?? "";
  switch (chance.below(8)) {
    case 0:
      return text.slice(0, chance.below(text.length + 1));
    case 1:
      return new Uint8Array([0x22, 0xff, 0xfe, 0x22]);
    case 2:
      return deep(400 + chance.below(4000));
    case 3:
      return '{"__proto__":{"polluted":1},"name":"n","name":"m"}';
    default:
      return text;
  }
};

const segment = (chance: Chance, ids: ReadonlyArray<string>): string =>
  encodeURIComponent((chance.below(3) === 0 ? chance.of(oddTexts) : chance.of(ids)).toWellFormed() || "x");

const isFine = (status: number, text: string): boolean => {
  if (status === 200) return true;
  if (status === 422) return guard(ValidationError.ValidationError)(JSON.parse(text));
  // Nothing here is a fault of the server's; 501 says that it has no model to run.
  return status === 501 || (status < 500 && typeof (JSON.parse(text) as { detail?: unknown }).detail === "string");
};

/** Sends `count` requests; throws at the first answer that is not one. */
export const fuzz = async (server: EvalwireServer, chance: Chance, count: number): Promise<void> => {
  const ids = ["none"];
  for (let sent = 0; sent < count; sent++) {
    const endpoint = chance.of(endpoints);
    const path = endpoint.path.replaceAll(/:[a-z_]+/g, () => segment(chance, ids));
    const search = new URLSearchParams();
    for (let more = chance.below(4); more > 0; more--) {
      const names = [
        "page",
        "limit",
        "view",
        "views",
        "sort_by",
        "tags",
        "starting_after",
        "include_archived",
        "version",
      ];
      search.append(chance.of(names), chance.of([...oddTexts, ...ids]).toWellFormed());
    }
    const { method } = endpoint;
    const response = await server.fetch(`http://localhost${path}?${search}`, {
      method,
      headers: {
        "x-api-key": "key-ada",
        "x-selected-account-id": "acme",
        "content-type": chance.of(["application/json", "application/json", "text/plain"]),
      },
      ...(method === "GET" ? {} : { body: bodyOf(chance) }),
    });
    const text = await response.text();
    if (!isFine(response.status, text)) throw new Error(`${method} ${path}?${search}: ${response.status} ${text}`);
    if (text.includes("secret-of-beta")) throw new Error(`${method} ${path}?${search} shows what is another account's`);
    const id = /"id":"([^"]+)"/.exec(text)?.[1];
    if (id !== undefined && ids.length < 500) ids.push(id);
  }
  if (Object.hasOwn(Object.prototype, "polluted")) throw new Error("the prototype of all objects was changed");
};
