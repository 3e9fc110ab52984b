import * as Result from "effect/Result";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import * as HttpRequest from "../../../src/client/http/HttpRequest.ts";
import { Evaluations, endpoints, TestCaseResults } from "../../../src/contract/index.ts";

const base = { baseURL: "https://sgp.test/public", headers: {}, timeoutMillis: 1_000 };

const anything = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "",
    ".",
    "..",
    "../admin",
    "..%2f",
    "%2e%2e",
    "a/b",
    "a\\b",
    "a?b=c",
    "a#b",
    "//evil.test",
    "\ud800",
    "é",
    " ",
  ),
);

it("an id is one segment of the path, or refused: for any id, the request stays in its place", () =>
  fc.assert(
    fc.property(anything, anything, (evaluation_id, test_case_result_id) => {
      const made = HttpRequest.make(TestCaseResults.retrieve, { evaluation_id, test_case_result_id }, base);
      const ids = [evaluation_id, test_case_result_id];
      if (Result.isFailure(made)) {
        expect(made.failure.reason._tag).toBe("Invalid");
        expect(ids.some((id) => ["", ".", ".."].includes(id) || !id.isWellFormed())).toBe(true);
        return;
      }
      const url = new URL(made.success.url);
      expect(url.origin).toBe("https://sgp.test");
      expect(url.search + url.hash).toBe("");
      expect(url.href).toBe(made.success.url);
      const [empty, prefix, version, collection, first, nested, second, ...more] = url.pathname.split("/");
      expect([empty, prefix, version, collection, nested, more]).toEqual([
        "",
        "public",
        "v4",
        "evaluations",
        "test-case-results",
        [],
      ]);
      expect([first, second].map((segment) => decodeURIComponent(segment!))).toEqual(ids);
    }),
    { numRuns: 500 },
  ));

it("the server receives exactly the arguments of a query", () =>
  fc.assert(
    fc.property(
      fc.record({
        page: fc.option(fc.integer({ min: 1 }), { nil: undefined }),
        include_archived: fc.option(fc.boolean(), { nil: null }),
        account_id: fc.option(fc.string({ unit: "grapheme", minLength: 1 }), { nil: undefined }),
        sort_by: fc.array(fc.string({ unit: "grapheme", minLength: 1 }), { maxLength: 4 }),
      }),
      (query) => {
        const made = Result.getOrThrow(HttpRequest.make(Evaluations.list, query as never, base));
        const { searchParams } = new URL(made.url);
        expect(searchParams.get("page")).toBe(query.page === undefined ? null : String(query.page));
        expect(searchParams.get("include_archived")).toBe(
          query.include_archived === null ? null : String(query.include_archived),
        );
        expect(searchParams.get("account_id")).toBe(query.account_id ?? null);
        const commas = query.sort_by.some((field) => field.includes(","));
        expect(searchParams.getAll("sort_by")).toEqual(
          commas ? query.sort_by : query.sort_by.length === 0 ? [] : [query.sort_by.join(",")],
        );
        expect(made.body).toBeUndefined();
      },
    ),
  ));

it("what is not in the path and not in the query is the body, unknown fields and all", () =>
  fc.assert(
    fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue()), (fields) => {
      const { evaluation_id: _, ...body } = fields;
      const made = Result.getOrThrow(HttpRequest.make(Evaluations.update, { ...body, evaluation_id: "e1" }, base));
      expect(JSON.parse(made.body!)).toEqual(JSON.parse(JSON.stringify(body)));
      expect(made.url).toBe("https://sgp.test/public/v4/evaluations/e1");
      expect(made.headers["content-type"]).toBe("application/json");
    }),
  ));

it("a header goes out as it was given, or not at all", () =>
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 1 }), fc.string({ unit: "binary" }), (name, value) => {
      const laid = HttpRequest.withHeaders({ accept: "application/json" }, { [name]: value });
      const sendable = (() => {
        try {
          return new Headers([[name, value]]);
        } catch {
          return undefined;
        }
      })();
      if (Result.isSuccess(laid)) {
        expect(sendable?.get(name)).toBe(value.replaceAll(/^[\t ]+|[\t ]+$/g, ""));
        expect(Object.keys(laid.success)).toEqual([...new Set(["accept", name.toLowerCase()])]);
      } else {
        expect(laid.failure.reason._tag).toBe("Invalid");
        expect(laid.failure.message).not.toContain("\n");
      }
    }),
    { numRuns: 500 },
  ));

it.each(endpoints.map((endpoint) => [endpoint.name, endpoint] as const))(
  "%s refuses to be called without its ids",
  (_, endpoint) => {
    const made = HttpRequest.make(endpoint, endpoint.bodyIsArray ? { items: [] } : {}, base);
    expect(Result.isFailure(made)).toBe(endpoint.params.length > 0);
    if (Result.isFailure(made)) {
      expect(made.failure.reason).toMatchObject({ _tag: "Invalid", issues: endpoint.params.map((path) => ({ path })) });
      expect(made.failure.attempts).toBe(0);
    }
  },
);
