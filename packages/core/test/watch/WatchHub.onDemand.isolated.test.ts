// Makes no simulated clock, which would put at hand what this is about.
import { SGPClient } from "@evalwire/core";
import { expect, it } from "vitest";
import { pollersOnDemand } from "../../src/watch/WatchHub.ts";

const evaluation = {
  id: "e1",
  name: "Summaries",
  status: "PENDING",
  total_test_case_result_count: 0,
  completed_test_case_result_count: 0,
};
const page = { items: [], current_page: 1, items_per_page: 1000, total_item_count: 0 };

it("a client loads what polls with its first watch; invalid options throw before, and all of its watches share a poller", async () => {
  let requests = 0;
  const fetch = async (url: string) => {
    requests++;
    return Response.json(url.includes("/test-case-results") ? page : evaluation);
  };
  const client = new SGPClient({ apiKey: "a key", fetch });
  expect(() => client.watch("")).toThrow("evaluationId");
  expect(() => client.watch("e1", { pageSize: 0 })).toThrow("pageSize");
  expect(() => client.watch("e1", { cursor: "{}" })).toThrow("cursor");
  expect(() => client.watch("e1", { expiring: ["soon" as "1 minute"] })).toThrow("expiring[0]");
  expect(pollersOnDemand.atHand).toBeUndefined();
  const watch = client.watch("e1");
  const other = client.withOptions({ timeout: "5 seconds" }).watch("e1");
  expect([watch.status._tag, requests]).toEqual(["connecting", 0]);
  await Promise.all([watch.ready, other.ready]);
  expect(pollersOnDemand.atHand).toBeDefined();
  expect(watch.stats().requests).toBe(other.stats().requests);
  expect(requests).toBe(watch.stats().requests);
  const unheard = client.watch("e1");
  await client.close();
  expect([watch, other, unheard].map(({ status }) => status._tag)).toEqual(["closed", "closed", "closed"]);
});

it("once a watch is ready, the program's very first write is shown at once", async () => {
  const item = {
    id: "r1",
    test_case_id: "c1",
    label_status: "PENDING",
    task: { id: "t1", status: "PENDING", assigned_to: null },
  };
  const fetch = async (url: string, init?: RequestInit) => {
    if (init?.method !== undefined && init.method !== "GET") return new Promise<Response>(() => undefined);
    return Response.json(
      url.includes("/test-case-results") ? { ...page, items: [item], total_item_count: 1 } : evaluation,
    );
  };
  const client = new SGPClient({ apiKey: "a key", fetch });
  const watch = client.watch("e1");
  await watch.ready;
  const leaving = new AbortController();
  const written = client.evaluations.tasks.batchAssign(
    { evaluation_id: "e1", task_ids: ["t1"], assigned_to: "u1" },
    { signal: leaving.signal },
  );
  expect(watch.snapshot().tasks.get("t1")?.assigned_to).toBe("u1");
  leaving.abort();
  await expect(written).rejects.toMatchObject({ reason: { _tag: "Aborted" } });
  await client.close();
});
