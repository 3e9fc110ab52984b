import * as Result from "effect/Result";
import { expect, it } from "vitest";
import * as HttpRequest from "../../../src/client/http/HttpRequest.ts";
import { Evaluations, Tasks, TestCaseResults } from "../../../src/contract/index.ts";

const base = { baseURL: "https://sgp.test", headers: { "x-selected-account-id": "a1" }, timeoutMillis: 1_000 };
const make = (...[endpoint, args]: [Parameters<typeof HttpRequest.make>[0], unknown?]) =>
  HttpRequest.make(endpoint, args as never, base);
const refusal = (...parameters: Parameters<typeof make>) => Result.getOrThrow(Result.flip(make(...parameters))).message;

it("a bare id stands for the one path parameter", () => {
  expect(Result.getOrThrow(make(Tasks.claim, "e1"))).toEqual({
    endpoint: "evaluations.claimTask",
    method: "POST",
    url: "https://sgp.test/v4/evaluations/e1/claim-task",
    headers: { accept: "application/json", "content-type": "application/json", "x-selected-account-id": "a1" },
    body: "{}",
    call: "",
    attempt: 1,
    timeoutMillis: 1_000,
  });
});

it("each argument goes where the endpoint declares it", () => {
  const request = Result.getOrThrow(
    make(Tasks.claim, { evaluation_id: "e1", task_type: "EVALUATION_AUDIT", skip_current: true }),
  );
  expect(request.url).toBe("https://sgp.test/v4/evaluations/e1/claim-task?task_type=EVALUATION_AUDIT");
  expect(request.body).toBe('{"skip_current":true}');
});

it("a list in a query is joined by commas; one with a comma inside is repeated", () => {
  const query = (sort_by: ReadonlyArray<string>) =>
    new URL(Result.getOrThrow(make(Evaluations.list, { sort_by })).url).search;
  expect(query(["name:asc", "id:desc"])).toBe("?sort_by=name%3Aasc%2Cid%3Adesc");
  expect(query(["a,b", "c"])).toBe("?sort_by=a%2Cb&sort_by=c");
  expect(query([])).toBe("");
});

it("a body that is an array is passed as items", () => {
  const request = Result.getOrThrow(
    make(TestCaseResults.batch, { evaluation_id: "e1", items: [{ test_case_id: "c1" }] }),
  );
  expect(request.body).toBe('[{"test_case_id":"c1"}]');
  expect(refusal(TestCaseResults.batch, "e1")).toBe(
    "POST /v4/evaluations/:evaluation_id/test-case-results/batch: items: must be the array to send",
  );
});

it.each([
  [Evaluations.retrieve, {}, "GET /v4/evaluations/:evaluation_id: evaluation_id: must be a string, not undefined"],
  [
    Evaluations.retrieve,
    undefined,
    "GET /v4/evaluations/:evaluation_id: evaluation_id: must be a string, not undefined",
  ],
  [
    Evaluations.retrieve,
    { evaluation_id: 7 },
    "GET /v4/evaluations/:evaluation_id: evaluation_id: must be a string, not number",
  ],
  [Evaluations.retrieve, "..", 'GET /v4/evaluations/:evaluation_id: evaluation_id: ".." cannot be an id'],
  [Evaluations.retrieve, "", 'GET /v4/evaluations/:evaluation_id: evaluation_id: "" cannot be an id'],
  [
    Evaluations.retrieve,
    ["e1"],
    "GET /v4/evaluations/:evaluation_id: the arguments must be one object under the wire's names",
  ],
  [Evaluations.list, "e1", "GET /v4/evaluations: takes no id; pass an object of arguments"],
  [
    TestCaseResults.retrieve,
    "r1",
    "GET /v4/evaluations/:evaluation_id/test-case-results/:test_case_result_id: a bare id is not enough; pass { evaluation_id, test_case_result_id }",
  ],
  [
    Evaluations.list,
    { sort_by: [{}] },
    "GET /v4/evaluations: sort_by: must be a string, a number or a boolean, or an array of these",
  ],
  [
    Evaluations.update,
    {
      evaluation_id: "e1",
      tags: {
        toJSON: () => {
          throw new Error("no words for it");
        },
      },
    },
    "PATCH /v4/evaluations/:evaluation_id: the arguments cannot be written as JSON: no words for it",
  ],
])("bad arguments are refused before anything is sent: %#", (endpoint, args, message) => {
  expect(refusal(endpoint, args)).toBe(message);
});

it("a header of the call is laid over the client's, and null takes it away", () => {
  const laid = (more: HttpRequest.HeadersInput) => Result.getOrThrow(HttpRequest.withHeaders(base.headers, more));
  expect(laid({ "X-Selected-Account-Id": "a2", "X-Trace": "t" })).toEqual({
    "x-selected-account-id": "a2",
    "x-trace": "t",
  });
  expect(laid({ "x-selected-account-id": null, "x-trace": undefined })).toEqual({});
});

it("the key does not go in by another door", () => {
  const laid = HttpRequest.withHeaders({}, { "X-API-Key": "sk-secret" });
  const error = Result.getOrThrow(Result.flip(laid));
  expect(error.message).toBe("evalwire: headers.X-API-Key: the key is set by apiKey; see withOptions({ apiKey })");
});

it("a line break in a header is refused", () => {
  const error = Result.getOrThrow(Result.flip(HttpRequest.withHeaders({}, { "x-a": "1\r\nx-b: 2" })));
  expect(error.message).toBe("evalwire: headers.x-a: the value has characters that are not allowed in a header");
});

it("a BigInt is written as the integer it is, at any depth", () => {
  const args = { evaluation_id: "e1", tags: { id: 1234567890123456789n, deep: [{ n: -(2n ** 70n) }] } };
  const request = Result.getOrThrow(HttpRequest.make(Evaluations.update, args, base));
  expect(request.body).toBe('{"tags":{"id":1234567890123456789,"deep":[{"n":-1180591620717411303424}]}}');
});
