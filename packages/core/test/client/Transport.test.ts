import { expect, it } from "vitest";
import { Evaluations, Tasks } from "../../src/contract/index.ts";
import { evaluation } from "./bodies.ts";
import { json, key, script, silence } from "./script.ts";

it("an exchange has value, status, headers, attempts and times", async () => {
  const { transport, run, asked, clock } = script([
    json(evaluation, { headers: { "x-request-id": "r1", date: "Tue, 01 Jan 2030 00:00:05 GMT" } }),
  ]);
  const exchange = await run(transport.exchange(Evaluations.retrieve, "e1"));
  expect(exchange).toMatchObject({ value: evaluation, status: 200, requestId: "r1", attempts: 1 });
  expect(exchange.headers["date"]).toBe("Tue, 01 Jan 2030 00:00:05 GMT");
  expect(exchange.sentAt).toBe(clock.now());
  expect(asked[0]?.url.href).toBe("https://sgp.test/v4/evaluations/e1");
  expect(asked[0]?.headers["x-api-key"]).toBe(key);
});

it("an unchecked exchange hands over any JSON as it came", async () => {
  const { transport, run } = script([json({ items: 7 }), json({ items: 7 })]);
  expect((await run(transport.exchangeUnchecked(Evaluations.list, {}))).value).toEqual({ items: 7 });
  await expect(run(transport.exchange(Evaluations.list, {}))).rejects.toThrow("items");
});

it("null is an answer of claim, update and batch-assign", async () => {
  const { transport, run } = script([json(null), json(null), json(null)]);
  expect(await run(transport.call(Tasks.claim, "e1"))).toBeNull();
  expect(await run(transport.call(Tasks.update, { evaluation_id: "e1", task_id: "t1", assigned_to: "u1" }))).toBeNull();
  expect(await run(transport.call(Tasks.batchAssign, { evaluation_id: "e1", task_ids: ["t1"] }))).toBeNull();
});

it("an attempt that takes too long is a timeout, and is tried again", async () => {
  const { transport, run, asked, clock } = script([silence, json(evaluation)]);
  const exchange = await run(transport.exchange(Evaluations.retrieve, "e1", { timeout: "5 seconds" }));
  expect(exchange.attempts).toBe(2);
  expect(asked[0]?.signal.aborted).toBe(true);
  expect(asked[1]!.at - asked[0]!.at).toBeGreaterThanOrEqual(5_000);
  expect(clock.pending).toBe(0);
});

it("an error says in one line what failed and what next", async () => {
  const { transport, failure } = script([json({ detail: "no such evaluation" }, { status: 404 })]);
  const error = await failure(transport.call(Evaluations.retrieve, "e1"));
  expect(error.reason).toEqual({ _tag: "NotFound" });
  expect(error.message).toBe(
    "GET /v4/evaluations/e1: 404, not found (no such evaluation); check the id and the selected account",
  );
});
