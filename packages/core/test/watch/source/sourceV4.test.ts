import { describe, expect, it } from "vitest";
import { SGPClient } from "../../../src/SGPClient.ts";
import { SimulatedClock } from "../../../src/testing.ts";
import type { WatchEvent } from "../../../src/watch/event/Event.ts";
import type { WatchIssue } from "../../../src/watch/IssueLog.ts";
import type { WatchOptions } from "../../../src/watch/WatchOptions.ts";
import { brief, record } from "../watching.ts";
import { result, serving, sgp, task } from "./sgp.ts";

const seen = async (items: ReadonlyArray<unknown>, options: WatchOptions = {}) => {
  const on = sgp(serving(() => items));
  await using live = on.client.watch("e1", options);
  const events: Array<WatchEvent> = record(live);
  await on.clock.until(live.ready);
  await on.clock.advance("5 minutes");
  return { ...on, events, stats: live.stats(), tasks: live.snapshot().tasks, snapshot: live.snapshot() };
};

const held = { assigned_to: "ada", assignment_expires_at: "2030-01-01T01:00:00Z" };

describe("sourceV4", () => {
  it("reads tasks as the Task view of test case results, and rows are slim", async () => {
    const { tasks, snapshot, asked } = await seen([result("1", { task: task("1", held), audit_status: "UNAUDITED" })]);
    expect(tasks.get("1")).toEqual({
      id: "1",
      task_type: "EVALUATION_ANNOTATION",
      status: "PENDING",
      priority: 1,
      ...held,
      test_case_result_id: "r-1",
      test_case_id: "c-1",
      label_status: "PENDING",
      audit_status: "UNAUDITED",
      updated_at: "2030-01-01T00:00:00Z",
    });
    expect(snapshot.leases.get("1")).toEqual({ taskId: "1", assignee: "ada", expiresAt: held.assignment_expires_at });
    expect(snapshot.evaluation).toEqual({ id: "e1", name: "Summaries", status: "PENDING", total: 0, completed: 0 });
    const list = asked.find(({ path }) => path.endsWith("/test-case-results"));
    expect(list?.query.get("view")).toBe("Task");
    expect(list?.query.get("limit")).toBe("1000");
  });

  it("knows the assignee as an id or as a user, and an unknown enum member as itself", async () => {
    const user = { id: "ada", email: "ada@example.org" };
    const { tasks, stats } = await seen([
      result("1", { task: task("1", { assigned_to: user, status: "LATER_MEMBER", task_type: "ANOTHER" }) }),
      result("2", { evaluation_dataset_version_num: 7 }),
    ]);
    expect(tasks.get("1")).toMatchObject({ assigned_to: "ada", status: "LATER_MEMBER", task_type: "ANOTHER" });
    expect(tasks.size).toBe(2);
    expect(stats.issues).toEqual([]);
  });

  it("leaves the letter on the server, but for the fields that include requests", async () => {
    const one = result("1", { result: { q1: "good" }, audit_comment: "fine" });
    expect((await seen([one])).tasks.get("1")).not.toHaveProperty("included");
    const { tasks } = await seen([one], { include: ["result", "audit_comment", "nothing"] });
    expect(tasks.get("1")?.included).toEqual({ result: { q1: "good" }, audit_comment: "fine" });
  });

  it("reads as many pages as the counts say, in pages as large as requested", async () => {
    const items = Array.from({ length: 25 }, (_, index) => result(String(index)));
    const { tasks, stats, asked } = await seen(items, { pageSize: 10 });
    expect(tasks.size).toBe(25);
    expect(stats.pagesPerScan).toBe(3);
    expect(asked.filter(({ query }) => query.get("limit") === "10").map(({ query }) => query.get("page"))).toEqual(
      expect.arrayContaining(["1", "2", "3"]),
    );
  });

  it("sees all tasks of a server that caps pages and still echoes the requested limit", async () => {
    const items = Array.from({ length: 500 }, (_, index) => result(String(index)));
    const capped = serving(() => items);
    const on = sgp((asked) => {
      const limit = asked.query.get("limit");
      if (limit !== null) asked.query.set("limit", "100");
      const answer = capped(asked);
      return limit === null ? answer : { ...(answer as object), items_per_page: Number(limit) };
    });
    await using live = on.client.watch("e1", { pageSize: 1000 });
    await on.clock.until(live.ready);
    expect(live.snapshot().tasks.size).toBe(500);
    expect(live.stats()).toMatchObject({ pagesPerScan: 5, issues: [] });
  });

  it("reports a scan that did not see everything, and why", async () => {
    const items = Array.from({ length: 5 }, (_, index) => result(String(index)));
    const answer = serving(() => items);
    const on = sgp((asked) =>
      asked.path.endsWith("results") ? { ...(answer(asked) as object), total_item_count: 7 } : answer(asked),
    );
    const issues: Array<WatchIssue> = [];
    await using live = on.client.watch("e1", { onIssue: (issue) => issues.push(issue) });
    await on.clock.until(live.ready);
    expect(issues).toEqual([
      {
        kind: "incomplete-scan",
        message: "a scan did not see everything: 5 different items came, and the total says 7",
      },
    ]);
    expect(live.snapshot().tasks.size).toBe(5);
  });

  it("says that the evaluation is archived as soon as a look at it does, and that it is not any more", async () => {
    let archived_at: string | null = null;
    const serve = serving(() => [result("1")]);
    const on = sgp((asked) => {
      const answer = serve(asked);
      return asked.path === "/v4/evaluations/e1" ? { ...(answer as object), archived_at } : answer;
    });
    await using live = on.client.watch("e1", { interval: ["2 seconds", "10 seconds"] });
    const seenAt: Array<string | undefined> = [];
    live.onChange(() => seenAt.push(live.snapshot().evaluation?.archived_at));
    await on.clock.until(live.ready);
    archived_at = "2030-01-01T00:00:00Z";
    await on.clock.advance("1 minute");
    expect(live.snapshot().evaluation).toHaveProperty("archived_at", archived_at);
    expect(seenAt.at(-1)).toBe(archived_at);
    archived_at = null;
    await on.clock.advance("1 minute");
    expect(live.snapshot().evaluation).not.toHaveProperty("archived_at");
  });

  it("reads an evaluation of which only the counts can be read", async () => {
    const answer = serving(() => [result("1")]);
    const on = sgp((asked) =>
      asked.path === "/v4/evaluations/e1"
        ? { total_test_case_result_count: 3, completed_test_case_result_count: 1, annotation_config: 7 }
        : answer(asked),
    );
    await using live = on.client.watch("e1");
    await on.clock.until(live.ready);
    expect(live.snapshot().evaluation).toEqual({ id: "e1", name: "", status: "", total: 3, completed: 1 });
    expect(live.status._tag).toBe("synced");
  });

  it("passes over results without a task", async () => {
    const { tasks, stats } = await seen([result("1"), result("2", { task: null }), result("3", { task: undefined })]);
    expect([...tasks.keys()]).toEqual(["1"]);
    expect(stats.completeScans).toBe(stats.scans);
    expect(stats.issues).toEqual([]);
  });

  describe("goes on in spite of", () => {
    it.each([
      ["a task without an id", { task: task("1", { id: undefined }) }, "task-without-id"],
      ["a task that is a text", { task: "t1" }, "task-without-id"],
    ])("%s, says so once, and takes nothing for gone", async (_, damage, kind) => {
      let items = [result("1"), result("2")];
      const on = sgp(serving(() => items));
      const issues: Array<string> = [];
      await using live = on.client.watch("e1", { onIssue: (issue) => issues.push(issue.kind) });
      const events = record(live);
      await on.clock.until(live.ready);
      items = [result("1", damage), result("2")];
      await on.clock.advance("5 minutes");
      expect(issues).toEqual([kind]);
      expect(live.stats().issues[0]!.count).toBeGreaterThan(1);
      expect(live.snapshot().tasks.size).toBe(2);
      expect(brief(events)).not.toContain("task.removed 1");
      expect(live.status._tag).toBe("synced");
    });

    it("an item that is no object, and takes nothing for gone while one comes", async () => {
      let items: ReadonlyArray<unknown> = [result("1"), result("2")];
      const on = sgp(serving(() => items));
      await using live = on.client.watch("e1");
      await on.clock.until(live.ready);
      items = [null, result("2")];
      await on.clock.advance("5 minutes");
      expect(live.snapshot().tasks.size).toBe(2);
      expect(live.stats().issues.map(({ kind }) => kind)).toEqual(["unreadable-item"]);
    });

    it("two results with one task: the later version counts, and it does not change from scan to scan", async () => {
      const older = result("1", { id: "r-old", updated_at: "2030-01-01T00:00:00Z", task: task("1", { priority: 1 }) });
      const newer = result("1", { id: "r-new", updated_at: "2030-01-02T00:00:00Z", task: task("1", { priority: 2 }) });
      for (const items of [
        [older, newer],
        [newer, older],
      ]) {
        const { events, tasks, stats } = await seen(items);
        expect(tasks.get("1")).toMatchObject({ priority: 2, test_case_result_id: "r-new" });
        expect(events.filter(({ type }) => type !== "evaluation.progressed").length).toBeLessThanOrEqual(3);
        expect(stats.issues.map(({ kind, taskId }) => [kind, taskId])).toEqual([["duplicate-task", "1"]]);
      }
    });

    it("a deadline that is not a date: the lease stands, without an end", async () => {
      const { tasks, snapshot, stats, events } = await seen([
        result("1", { task: task("1", { assigned_to: "ada", assignment_expires_at: "tomorrow" }) }),
        result("2", { task: task("2", { assigned_to: "ada", assignment_expires_at: 1893456000 }) }),
      ]);
      expect(tasks.get("1")?.assignment_expires_at).toBe("tomorrow");
      expect(tasks.get("2")?.assignment_expires_at).toBeNull();
      expect(snapshot.leases.size).toBe(2);
      expect(stats.issues.map(({ kind, taskId }) => [kind, taskId])).toEqual([
        ["unreadable-deadline", "1"],
        ["unreadable-deadline", "2"],
      ]);
      expect(brief(events)).not.toContain("assignment.expired 1");
    });

    it.each([
      [17, "17"],
      [["ada"], null],
      [{ email: "ada@example.org" }, null],
      [true, null],
    ])("an assigned_to of another type: %j", async (assigned_to, expected) => {
      const { tasks, stats } = await seen([result("1", { task: task("1", { assigned_to }) })]);
      expect(tasks.get("1")?.assigned_to).toBe(expected);
      expect(stats.issues.map(({ kind }) => kind)).toEqual(["unreadable-assignee"]);
    });

    it("a field that cannot be read any more: what was last known of it stays", async () => {
      let items = [result("1", { task: task("1", held) })];
      const on = sgp(serving(() => items));
      await using live = on.client.watch("e1");
      const events = record(live);
      await on.clock.until(live.ready);
      const before = live.snapshot().tasks.get("1");
      items = [
        result("1", {
          task: task("1", { ...held, assigned_to: ["ada"], status: 7, priority: "high" }),
          label_status: {},
        }),
      ];
      await on.clock.advance("2 minutes");
      expect(live.snapshot().tasks.get("1")).toBe(before);
      expect(brief(events)).toEqual(["evaluation.progressed", "task.added 1", "watch.synced"]);
      expect(live.stats().issues.map(({ kind }) => kind)).toEqual(["unreadable-field", "unreadable-assignee"]);
    });

    it.each([
      [
        "JSON that breaks off",
        () => new Response('{"items":[', { headers: { "content-type": "application/json" } }),
        "Undecodable",
      ],
      ["HTML", () => new Response("<html>", { headers: { "content-type": "text/html" } }), "Undecodable"],
      ["another envelope", () => Response.json({ results: [] }), "Undecodable"],
      ["a fault", () => new Response("", { status: 500 }), "ServerFault"],
      [
        "a refusal for a while",
        () => new Response("", { status: 429, headers: { "retry-after": "31536000" } }),
        "RateLimited",
      ],
    ])("%s in place of a page: it is degraded, and recovers", async (_, broken, reason) => {
      const answer = serving(() => [result("1")]);
      let isBroken = false;
      const on = sgp((asked) => (isBroken && asked.path.endsWith("results") ? broken() : answer(asked)));
      await using live = on.client.watch("e1");
      const events = record(live);
      await on.clock.until(live.ready);
      isBroken = true;
      await on.clock.advance("1 minute");
      expect(live.status).toMatchObject({ _tag: "degraded", error: { reason: { _tag: reason } } });
      expect(live.snapshot().tasks.size).toBe(1);
      isBroken = false;
      await on.clock.advance("20 minutes");
      expect(brief(events).slice(-2)).toEqual(["watch.degraded", "watch.recovered"]);
      const said = reason === "RateLimited" ? ["excessive-retry-after"] : [];
      expect(live.stats().issues.map(({ kind }) => kind)).toEqual(said);
    });

    it.each([401, 403])("nothing more after %d on the list", async (status) => {
      const answer = serving(() => [result("1")]);
      const on = sgp((asked) => (asked.path.endsWith("results") ? new Response("{}", { status }) : answer(asked)));
      const live = on.client.watch("e1");
      await expect(on.clock.until(live.ready)).rejects.toMatchObject({ name: "SgpError", status });
      expect(on.clock.pending).toBe(0);
    });
  });

  it("sends one request for one look: the watch has its own patience", async () => {
    let isDown = false;
    const answer = serving(() => [result("1")]);
    const on = sgp((asked) => (isDown ? new Response("", { status: 503 }) : answer(asked)));
    await using live = on.client.watch("e1");
    await on.clock.until(live.ready);
    isDown = true;
    await on.clock.advance("1 minute");
    expect(live.stats().requests).toBe(on.asked.length);
  });

  it("leaves no request behind when it is closed in the middle of one", async () => {
    let aborted = 0;
    const clock = new SimulatedClock();
    const fetch = (_: string, { signal }: RequestInit) =>
      new Promise<Response>((_, reject) => {
        signal?.addEventListener("abort", () => {
          aborted++;
          reject(signal.reason);
        });
      });
    const live = new SGPClient({ apiKey: "k", baseURL: "https://sgp.test", fetch, clock }).watch("e1");
    await clock.advance("1 second");
    expect(aborted).toBe(0);
    await live.close();
    expect([aborted, clock.pending]).toEqual([1, 0]);
  });

  it("works without a Date it can read, by its own clock, and says that it does not know the error", async () => {
    const on = sgp(
      serving(() => [result("1", { task: task("1", held) })]),
      { date: false },
    );
    await using live = on.client.watch("e1");
    const events = record(live);
    await on.clock.until(live.ready);
    expect(live.stats().clock).toBeNull();
    await on.clock.advance("1 hour");
    expect(events.find(({ type }) => type === "assignment.expired")).toMatchObject({ errorMillis: null });
  });

  describe("shows one's own writes", () => {
    const stage = async (rest: Parameters<typeof serving>[1], items = [result("1"), result("2")]) => {
      const on = sgp(serving(() => items, rest));
      const live = on.client.watch("e1");
      const events = record(live);
      await on.clock.until(live.ready);
      events.length = 0;
      return { ...on, live, events, row: (id: string) => live.snapshot().tasks.get(id) };
    };

    it("of an assignment, before it is answered", async () => {
      const on = await stage(() => task("1", { ...held }));
      const write = on.client.evaluations.tasks.update({ evaluation_id: "e1", task_id: "1", assigned_to: "ada" });
      expect(on.row("1")).toMatchObject({ assigned_to: "ada", assignment_expires_at: null });
      await on.clock.until(write);
      expect(on.row("1")).toMatchObject(held);
      await on.live.close();
    });

    it("of an assignment that is refused, and takes it back", async () => {
      const on = await stage(() => new Response('{"detail":"no"}', { status: 403 }));
      const write = on.client.evaluations.tasks.update({ evaluation_id: "e1", task_id: "1", assigned_to: "ada" });
      expect(on.row("1")?.assigned_to).toBe("ada");
      await expect(on.clock.until(write)).rejects.toThrow("403");
      expect(on.row("1")?.assigned_to).toBeNull();
      await on.clock.advance(1);
      expect(on.events.map((event) => ("origin" in event ? `${event.type} ${event.origin}` : event.type))).toEqual([
        "assignment.created write",
        "assignment.released rollback",
      ]);
      await on.live.close();
    });

    it("of many assignments at once, answered with null", async () => {
      const on = await stage(() => null);
      const write = on.client.evaluations.tasks.batchAssign({
        evaluation_id: "e1",
        task_ids: ["1", "2", "unknown"],
        assigned_to: "bob",
      });
      expect([on.row("1")?.assigned_to, on.row("2")?.assigned_to, on.row("unknown")]).toEqual([
        "bob",
        "bob",
        undefined,
      ]);
      await on.clock.until(write);
      expect(on.row("1")?.assigned_to).toBe("bob");
      await on.live.close();
    });

    it("of a claim, also of a task that no scan has shown yet", async () => {
      const entity = result("9", { task: undefined });
      const on = await stage(() => task("9", { ...held, task_entity: entity }));
      await on.clock.until(on.client.evaluations.claimTask("e1"));
      expect(on.row("9")).toMatchObject({ ...held, test_case_id: "c-9", test_case_result_id: "r-9" });
      await on.clock.advance(1);
      expect(on.events).toMatchObject([{ type: "task.added", taskId: "9", origin: "write", replay: false }]);
      await on.live.close();
    });

    it("of an annotation: what the answer says at once, the task itself after a look that follows at once", async () => {
      const items = [result("1", { task: task("1", held) })];
      const done = { label_status: "COMPLETED", updated_at: "2030-01-01T00:01:00Z" };
      const on = await stage(({ method }) => {
        if (method === "PATCH") items[0] = result("1", { ...done, task: task("1", { ...held, status: "COMPLETED" }) });
        return result("1", { ...done, task: undefined });
      }, items);
      const asked = on.asked.length;
      const write = on.client.evaluations.testCaseResults.update({
        evaluation_id: "e1",
        test_case_result_id: "r-1",
        result: { q: "yes" },
      });
      await on.clock.until(write);
      expect(on.row("1")).toMatchObject({ label_status: "COMPLETED", status: "PENDING" });
      await on.clock.advance("3 seconds");
      expect(on.row("1")).toMatchObject({ status: "COMPLETED" });
      expect(on.asked.length).toBeGreaterThan(asked + 1);
      await on.live.close();
    });

    it("of no other evaluation", async () => {
      const on = await stage(() => task("1", held));
      await on.clock.until(
        on.client.evaluations.tasks.update({ evaluation_id: "e2", task_id: "1", assigned_to: "ada" }),
      );
      expect(on.row("1")?.assigned_to).toBeNull();
      await on.live.close();
    });
  });
});
