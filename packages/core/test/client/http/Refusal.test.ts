import { expect, it } from "vitest";
import type { HttpResponse } from "../../../src/client/http/Attempt.ts";
import type { HttpRequest } from "../../../src/client/http/HttpRequest.ts";
import * as Refusal from "../../../src/client/http/Refusal.ts";

const request: HttpRequest = {
  endpoint: "evaluations.retrieve",
  method: "GET",
  url: "https://sgp.test/v4/evaluations/e1?view=Task",
  headers: {},
  body: undefined,
  call: "call-1",
  attempt: 1,
  timeoutMillis: 1_000,
};
const now = Date.UTC(2030, 0, 1);
const answer = (status: number, headers: Record<string, string> = {}, body = ""): HttpResponse => ({
  status,
  headers,
  body,
  sentAt: now - 50,
  receivedAt: now,
});
const refusalOf = (...parameters: Parameters<typeof answer>) => Refusal.of(request, answer(...parameters))!;

it.each([
  [400, "Invalid"],
  [401, "Unauthorized"],
  [402, "Invalid"],
  [403, "Forbidden"],
  [404, "NotFound"],
  [405, "Invalid"],
  [408, "Timeout"],
  [409, "Conflict"],
  [410, "NotFound"],
  [412, "Conflict"],
  [422, "Invalid"],
  [423, "Conflict"],
  [425, "RateLimited"],
  [429, "RateLimited"],
  [500, "ServerFault"],
  [501, "ServerFault"],
  [503, "ServerFault"],
  [304, "Undecodable"],
  [101, "Undecodable"],
])("%i is %s", (status, tag) => {
  const { error } = refusalOf(status);
  expect(error.reason._tag).toBe(tag);
  expect(error).toMatchObject({ status, attempts: 1, path: "/v4/evaluations/e1" });
});

it.each([200, 201, 204, 299])("%i is no refusal", (status) => {
  expect(Refusal.of(request, answer(status))).toBeUndefined();
});

const date = (millis: number) => new Date(millis).toUTCString();

it.each([
  ["seconds", { "retry-after": "3" }, 3_000],
  ["a fraction of a second", { "retry-after": "0.25" }, 250],
  ["milliseconds, which count first", { "retry-after-ms": "1500", "retry-after": "30" }, 1_500],
  ["milliseconds that are none", { "retry-after-ms": "soon", "retry-after": "30" }, 30_000],
  ["a date", { "retry-after": date(now + 7_000) }, 7_000],
  ["a date by the server's own clock", { "retry-after": date(now + 3_607_000), date: date(now + 3_600_000) }, 7_000],
  ["a date gone by", { "retry-after": date(now - 7_000) }, 0],
  ["a year", { "retry-after": "31536000" }, 31_536_000_000],
])("Retry-After as %s", (_, headers, asked) => {
  const { error, waitMillis } = refusalOf(429, headers);
  const waited = Math.min(asked, 60_000);
  expect(waitMillis).toBe(waited);
  expect(error.reason).toEqual({ _tag: "RateLimited", retryAt: now + waited, retryAfterMillis: asked });
  expect(error.message).toContain(`retry after ${Math.max(waited, 100) / 1000} s`.replace("0.25", "0.3"));
});

it.each([
  {},
  { "retry-after": "" },
  { "retry-after": "-5" },
  { "retry-after": "soon" },
  { "retry-after-ms": "1e9999" },
])("a Retry-After that is none is no wish: %o", (headers) => {
  expect(refusalOf(503, headers)).toMatchObject({ waitMillis: undefined, error: { reason: { retryAt: undefined } } });
});

it("issues of a 422 are reported with their places", () => {
  const body = {
    detail: [
      { loc: ["body", "items", 0, "name"], msg: "Field required", type: "missing" },
      { loc: ["query", "limit"], msg: "Input should be less than or equal to 10000" },
      { msg: "odd" },
      "not an issue",
    ],
  };
  expect(refusalOf(422, {}, JSON.stringify(body)).error.reason).toEqual({
    _tag: "Invalid",
    issues: [
      { path: "body.items[0].name", message: "Field required", type: "missing" },
      { path: "query.limit", message: "Input should be less than or equal to 10000" },
      { path: "", message: "odd" },
    ],
  });
});

it.each([
  [JSON.stringify({ detail: "no such evaluation" }), "no such evaluation"],
  [JSON.stringify({ message: "no" }), "no"],
  [JSON.stringify({ error: { code: 7 } }), '{"code":7}'],
  [JSON.stringify(null), "null"],
  ["<h1>Not\n Found</h1>", "Not Found"],
  ["", undefined],
  ["x".repeat(500), `${"x".repeat(200)}…`],
])("what the server says is kept, short and on one line: %s", (body, detail) => {
  expect(refusalOf(404, {}, body).error.detail).toBe(detail);
});
