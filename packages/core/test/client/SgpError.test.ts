import { inspect } from "node:util";
import * as Cause from "effect/Cause";
import { expect, it } from "vitest";
import { type Circumstances, invalid, pathText, type Reason, SgpError } from "../../src/client/SgpError.ts";

const get: Circumstances = { endpoint: "evaluations.retrieve", method: "GET", path: "/v4/evaluations/e1", attempts: 1 };
const post: Circumstances = { endpoint: "evaluations.create", method: "POST", path: "/v4/evaluations", attempts: 1 };
const unasked = { retryAt: undefined, retryAfterMillis: undefined };

const messages: ReadonlyArray<readonly [Reason, Circumstances, string]> = [
  [
    { _tag: "Unauthorized" },
    { ...get, status: 401 },
    "GET /v4/evaluations/e1: 401, the API key was refused; check apiKey or SGP_API_KEY",
  ],
  [
    { _tag: "Unauthorized" },
    { ...get, detail: "apiKey() failed: no session" },
    "GET /v4/evaluations/e1: there is no API key to send (apiKey() failed: no session); check apiKey",
  ],
  [
    { _tag: "Forbidden" },
    { ...get, status: 403 },
    "GET /v4/evaluations/e1: 403, not allowed; check the rights of the key or token, and accountID",
  ],
  [
    { _tag: "NotFound" },
    { ...get, status: 404 },
    "GET /v4/evaluations/e1: 404, not found; check the id and the selected account",
  ],
  [
    { _tag: "Conflict" },
    { ...post, status: 409 },
    "POST /v4/evaluations: 409, in conflict with its present state; reread it and decide again",
  ],
  [
    { _tag: "Invalid", issues: [{ path: "body.name", message: "Field required", type: "missing" }] },
    { ...post, status: 422 },
    "POST /v4/evaluations: 422, body.name: Field required",
  ],
  [
    { _tag: "Invalid", issues: [1, 2, 3].map((n) => ({ path: `body.${n}`, message: "Field required" })) },
    { ...post, status: 422 },
    "POST /v4/evaluations: 422, body.1: Field required (and 2 more in reason.issues)",
  ],
  [
    { _tag: "Invalid", issues: [] },
    { ...post, status: 400, detail: "no dataset" },
    "POST /v4/evaluations: 400, refused as invalid (no dataset)",
  ],
  [
    { _tag: "RateLimited", retryAt: 13_000, retryAfterMillis: 3_000 },
    { ...get, status: 429, at: 10_000 },
    "GET /v4/evaluations/e1: 429, retry after 3 s",
  ],
  [
    { _tag: "RateLimited", ...unasked },
    { ...get, status: 429, attempts: 3 },
    "GET /v4/evaluations/e1: 429, rate limited; slow down and try again (3 attempts)",
  ],
  [
    { _tag: "Timeout", timeoutMillis: 60_000 },
    { ...post },
    "POST /v4/evaluations: no whole answer within 60 s; raise timeout or try again later; it may have been carried out: look before repeating it",
  ],
  [{ _tag: "Aborted" }, { ...get }, "GET /v4/evaluations/e1: aborted by its signal"],
  [
    {
      _tag: "Unreachable",
      description: "no connection to https://sgp.test: ECONNREFUSED; check baseURL and the network",
    },
    { ...get, attempts: 3 },
    "GET /v4/evaluations/e1: no connection to https://sgp.test: ECONNREFUSED; check baseURL and the network (3 attempts)",
  ],
  [
    { _tag: "ServerFault", status: 503, ...unasked },
    { ...get, status: 503, detail: "over\nloaded" },
    "GET /v4/evaluations/e1: 503, the server failed (over loaded); try again later",
  ],
  [
    { _tag: "Undecodable", path: "items[3].status", description: "Expected string, got a number", truncated: false },
    { ...get, status: 200 },
    "GET /v4/evaluations/e1: 200, the answer at items[3].status is not what the contract says: Expected string, got a number",
  ],
];

it.each(messages)("%o says what and what next", (reason, about, message) => {
  const error = new SgpError({ reason, ...about });
  expect(error.message).toBe(message);
  expect(error).toMatchObject({ ...about, _tag: "SgpError", name: "SgpError", reason });
  expect(error).toBeInstanceOf(Error);
});

it("prints and serialises with all it knows, and nothing it does not", () => {
  const error = new SgpError({ reason: { _tag: "NotFound" }, ...get, status: 404, requestId: undefined });
  expect(JSON.parse(JSON.stringify(error))).toEqual({
    ...get,
    _tag: "SgpError",
    reason: { _tag: "NotFound" },
    status: 404,
    message: error.message,
  });
  expect(inspect(error)).toContain("NotFound");
  expect(Cause.pretty(Cause.fail(error))).toContain("GET /v4/evaluations/e1: 404, not found");
});

it("its trace begins with its message, as the trace of any error does, and then with who made it", () => {
  const error = new SgpError({ reason: { _tag: "NotFound" }, ...get, status: 404 });
  const [first, second] = error.stack!.split("\n");
  expect(first).toBe(`SgpError: ${error.message}`);
  expect(second).toContain("SgpError.test.ts");
});

it("the same failure, known better", () => {
  const error = invalid([{ path: "timeout", message: "must be more than 0 ms" }]).with(get);
  expect(error.message).toBe("GET /v4/evaluations/e1: timeout: must be more than 0 ms");
  expect(error.attempts).toBe(1);
});

it("a path of keys and indices as text", () => {
  expect(pathText(["body", "items", 3, "name"])).toBe("body.items[3].name");
  expect(pathText([0, "a"])).toBe("[0].a");
  expect(pathText([])).toBe("");
});
