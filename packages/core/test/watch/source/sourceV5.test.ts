import { describe, expect, it } from "vitest";
import { sourceV5 } from "../../../src/watch/source/sourceV5.ts";
import { brief, record } from "../watching.ts";
import { type Answering, sgp } from "./sgp.ts";

const stored = { created_at: "2030-01-01T00:00:00Z", created_by: { id: "zoe", type: "user", object: "identity" } };

const item = (id: string, data: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  ...stored,
  id,
  object: "evaluation.item",
  evaluation_id: "e5",
  data,
  ...more,
});

const tasks = [
  { task_type: "metric", configuration: { type: "rouge1", candidate: "item.summary", reference: "item.expected" } },
  {
    task_type: "contributor_evaluation.question",
    alias: "verdict",
    configuration: { question_id: "q1", layout: { children: [{ data: "item.summary" }] } },
  },
];

const serving =
  (
    items: () => ReadonlyArray<Record<string, unknown>>,
    rest: Answering = () => new Response("{}", { status: 404 }),
    about: Record<string, unknown> = { tasks },
  ): Answering =>
  (asked) => {
    const all = items();
    if (asked.path === "/v5/evaluations/e5") {
      const successful = all.filter(({ data }) => "verdict" in (data as object)).length;
      return {
        ...stored,
        id: "e5",
        object: "evaluation",
        name: "Next",
        status: successful === all.length ? "completed" : "running",
        tags: [],
        datasets: [],
        ...about,
        progress: { items: { total: all.length, successful, failed: 0, pending: all.length - successful } },
      };
    }
    if (asked.path === "/v5/evaluation-items") {
      const limit = Number(asked.query.get("limit"));
      const after = asked.query.get("starting_after");
      const from = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1;
      const page = all.slice(from, from + limit);
      return { object: "list", items: page, total: all.length, has_more: from + limit < all.length, limit };
    }
    return rest(asked);
  };

describe("sourceV5", () => {
  it("reads items page by page, and says of each how far it has come", async () => {
    let items = [
      item("i1", { summary: "a" }),
      item("i2", { summary: "b", rouge1: 0.5 }, { dataset_item_id: "d2" }),
      item("i3", { summary: "c", rouge1: 0.5, verdict: "good" }),
      item("i4", { summary: "d", verdict: "bad" }, { task_errors: { rouge1: { message: "no reference" } } }),
    ];
    const on = sgp(serving(() => items));
    await using live = on.client.v5.watch("e5", { pageSize: 3, include: ["verdict"] });
    const events = record(live);
    await on.clock.until(live.ready);
    const rows = [...live.snapshot().tasks.values()];
    expect(rows.map(({ id, status, label_status, test_case_id }) => [id, status, label_status, test_case_id])).toEqual([
      ["i1", "PENDING", "PENDING", null],
      ["i2", "PENDING", "PENDING", "d2"],
      ["i3", "COMPLETED", "COMPLETED", null],
      ["i4", "COMPLETED", "FAILED", null],
    ]);
    expect(rows[0]).toMatchObject({ task_type: "evaluation.item", assigned_to: null, included: {} });
    expect(rows[2]?.included).toEqual({ verdict: "good" });
    expect(live.snapshot().evaluation).toEqual({ id: "e5", name: "Next", status: "running", total: 4, completed: 2 });
    events.length = 0;
    items = items.map((each) => item(each.id, { ...each.data, rouge1: 1, verdict: "good" }));
    await on.clock.advance("5 minutes");
    expect(brief(events).filter((event) => event.startsWith("task.status"))).toEqual([
      "task.status_changed i1",
      "task.status_changed i2",
    ]);
    expect(live.snapshot().evaluation?.status).toBe("completed");
    expect(brief(events)).toContain("evaluation.status_changed");
  });

  it.each([
    { of: "an evaluation without tasks", about: { tasks: [] }, status: "COMPLETED" },
    { of: "a task whose column is not known", about: { tasks: [{ task_type: "custom_function" }] }, status: "PENDING" },
    { of: "an answer without the tasks", about: {}, status: "PENDING" },
  ])("an item of $of is $status", async ({ about, status }) => {
    const on = sgp(serving(() => [item("i1", { summary: "a" })], undefined, about));
    await using live = on.client.v5.watch("e5");
    await on.clock.until(live.ready);
    expect([...live.snapshot().tasks.values()].map((row) => [row.status, row.label_status])).toEqual([
      [status, status],
    ]);
  });

  it("says what it cannot see", () => {
    const on = sgp(serving(() => []));
    const source = sourceV5(on.client.transport, { evaluationId: "e5", pageSize: 10, include: [] });
    expect(source.capabilities).toEqual({ assignments: false, deadlines: false, pointReads: true });
  });

  it("an item without an id is passed over and said once; the others count", async () => {
    const on = sgp(serving(() => [item("i1", {}), { ...item("i2", {}), id: 2 }]));
    await using live = on.client.v5.watch("e5");
    await on.clock.until(live.ready);
    await on.clock.advance("1 minute");
    expect([...live.snapshot().tasks.keys()]).toEqual(["i1"]);
    expect(live.stats().issues.map(({ kind }) => kind)).toEqual(["unreadable-item"]);
    expect(live.status._tag).toBe("synced");
  });

  it("looks at items whose annotation tasks were changed through the client", async () => {
    let data: Record<string, unknown> = { summary: "a", rouge1: 1 };
    const answered = {
      object: "list",
      items: [
        {
          id: "t1",
          object: "annotation_task",
          evaluation_id: "e5",
          evaluation_item_id: "i1",
          queue_id: "default",
          priority: 1,
          task_type: "EVALUATION_ANNOTATION",
          status: "COMPLETED",
          updated_at: "2030-01-01T00:00:00Z",
        },
      ],
    };
    const on = sgp(
      serving(
        () => [item("i1", data)],
        () => {
          data = { ...data, verdict: "good" };
          return answered;
        },
      ),
    );
    await using live = on.client.v5.watch("e5");
    await on.clock.until(live.ready);
    await on.clock.advance("10 minutes");
    await on.clock.until(on.client.v5.annotationTasks.batch({ ids: ["t1"], status: "COMPLETED" }));
    await on.clock.advance("3 seconds");
    expect(live.snapshot().tasks.get("i1")?.status).toBe("COMPLETED");
  });

  it("a task that is added is read into all items at once, as soon as the evaluation shows it", async () => {
    const items = ["i1", "i2", "i3"].map((id) => item(id, { summary: "a", rouge1: 1, verdict: "good" }));
    const more = { ...tasks[1], alias: "tone" };
    let isAdded = false;
    let looks = 0;
    const on = sgp((asked) => {
      const answer = serving(() => items)(asked);
      if (asked.path !== "/v5/evaluations/e5") return answer;
      if (isAdded) looks++;
      return isAdded ? { ...(answer as object), tasks: [...tasks, more] } : answer;
    });
    await using live = on.client.v5.watch("e5", { pageSize: 2 });
    const events = record(live);
    await on.clock.until(live.ready);
    // Nothing moves for so long that scans and looks at the evaluation are as rare as they get.
    await on.clock.advance("30 minutes");
    events.length = 0;
    isAdded = true;
    while (looks === 0) await on.clock.advance("1 second");
    await on.clock.advance("5 seconds");
    expect(brief(events)).toEqual(["i1", "i2", "i3"].map((id) => `task.status_changed ${id}`));
    expect([...live.snapshot().tasks.values()].map(({ status }) => status)).toEqual(["PENDING", "PENDING", "PENDING"]);
  });

  it("404 on the evaluation ends it", async () => {
    const on = sgp(() => new Response("{}", { status: 404 }));
    const live = on.client.v5.watch("e5");
    await expect(on.clock.until(live.ready)).rejects.toMatchObject({ reason: { _tag: "NotFound" } });
  });
});
