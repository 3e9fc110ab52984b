import { SGPClient } from "@evalwire/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AssignReport, assign, plan } from "../src/index.ts";

const tasks = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `t${index}`, status: "PENDING" }));
const people = [{ id: "ada" }, { id: "ben" }];

/** A server that assigns, but not what is `finished`; it can lose answers, and it never heard of `unknown`. */
const scene = (
  options: { finished?: ReadonlyArray<string>; silent?: boolean; status?: number; answers?: number } = {},
) => {
  const assigned = new Map<string, string>();
  const requests: Array<{ readonly path: string; readonly ids: ReadonlyArray<string> }> = [];
  let answers = options.answers ?? Number.POSITIVE_INFINITY;
  const fetch = async (url: string, init: RequestInit) => {
    const body = JSON.parse(String(init.body ?? "{}"));
    requests.push({ path: new URL(url).pathname, ids: body.task_ids });
    if (options.status !== undefined) return Response.json({ detail: "no" }, { status: options.status });
    if (body.task_ids.some((id: string) => options.finished?.includes(id))) {
      return Response.json({ detail: "finished" }, { status: 409 });
    }
    for (const id of body.task_ids) assigned.set(id, body.assigned_to);
    if (answers-- <= 0) throw new TypeError("the connection was lost");
    return Response.json(
      options.silent
        ? null
        : body.task_ids.map((id: string) => ({
            id,
            task_type: "EVALUATION_ANNOTATION",
            task_entity_parent_id: "e1",
            task_entity_id: `r-${id}`,
            account_id: "a1",
            status: "PENDING",
            priority: 0,
            assigned_to: body.assigned_to,
          })),
    );
  };
  const client = new SGPClient({ apiKey: "a key", fetch: fetch as never, maxRetries: 0 });
  return { client, assigned, requests };
};

const args = (count: number, more: object = {}) => ({
  evaluation_id: "e1",
  plan: plan({ tasks: tasks(count), people }),
  ...more,
});

describe("assign of a plan", () => {
  it("sends the moves in chunks of one person each", async () => {
    const { client, assigned, requests } = scene();
    const made = args(10, { chunkSize: 2 });
    const report = await assign(client, made);
    expect(report).toMatchObject({ counts: { Assigned: 10, Refused: 0 }, requests: 6, isComplete: true });
    expect(assigned).toEqual(made.plan.assignments);
    expect(requests.map(({ ids }) => ids.length)).toEqual([2, 2, 1, 2, 2, 1]);
  });

  it("finds the tasks for which a chunk is refused, and assigns all others", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(29)), fc.integer({ min: 1, max: 40 }), async (numbers, chunkSize) => {
        const finished = numbers.map((number) => `t${number}`);
        const { client, assigned } = scene({ finished });
        const report = await assign(client, args(30, { chunkSize }));
        const refused = [...report.outcomes].filter(([, { _tag }]) => _tag === "Refused").map(([id]) => id);
        expect(refused.sort()).toEqual(finished.sort());
        expect(assigned.size).toBe(30 - finished.length);
        expect(report.counts.Assigned).toBe(30 - finished.length);
        expect(report.isComplete).toBe(finished.length === 0);
      }),
      { numRuns: 40 },
    );
  });

  it("stops where every request would fail, and says what was not sent", async () => {
    const { client, requests } = scene({ status: 403 });
    const report = await assign(client, args(10, { chunkSize: 2 }));
    expect(report).toMatchObject({ counts: { NotSent: 10 }, requests: 1, error: { reason: { _tag: "Forbidden" } } });
    expect(requests.length).toBe(1);
  });

  it("stops at an evaluation that does not exist, without splitting chunks", async () => {
    const { client, requests } = scene({ status: 404 });
    const report = await assign(client, args(100));
    expect(report).toMatchObject({ counts: { NotSent: 100 }, error: { reason: { _tag: "NotFound" } } });
    // Beside the one chunk, the client only looks whether there is such an evaluation.
    expect(requests.filter(({ path }) => path.endsWith("/batch-assign")).length).toBe(1);
  });

  it("resumes: what is assigned is not sent again, what is unknown is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(6), fc.nat(6), async (first, second) => {
        const made = args(12, { chunkSize: 2 });
        let report: AssignReport | undefined;
        let sent = 0;
        for (const answers of [first, second, 100]) {
          const { client, requests } = scene({ answers });
          const seen: Array<AssignReport> = [];
          report = await assign(client, {
            ...made,
            ...(report && { resume: report }),
            onProgress: (now) => seen.push(now),
          });
          sent += requests.length - report.counts.Unknown / 2;
          if (answers < requests.length) expect(report.error?.reason._tag).toBe("Unreachable");
          expect(seen.length).toBe(Math.min(answers, requests.length));
        }
        expect(report).toMatchObject({ isComplete: true, counts: { Assigned: 12 } });
        expect(sent).toBe(6);
      }),
      { numRuns: 30 },
    );
  });

  it("resumes from a report that was kept as JSON, which has nothing left out", async () => {
    const made = args(12, { chunkSize: 2 });
    const first = await assign(scene({ answers: 3 }).client, made);
    const kept = JSON.parse(JSON.stringify(first));
    expect(Object.keys(kept.outcomes)).toEqual([...first.outcomes.keys()]);
    expect(kept.counts).toEqual(first.counts);
    const { client, requests } = scene();
    const report = await assign(client, { ...JSON.parse(JSON.stringify(made)), resume: kept });
    expect(report).toMatchObject({ isComplete: true, counts: { Assigned: 12 } });
    expect(requests.length).toBe(3);
    await expect(assign(client, { ...made, resume: {} as never })).rejects.toThrow("resume is a report of assign");
  });

  it("takes null for done, and says when the answer leaves a task out", async () => {
    const { client } = scene({ silent: true });
    expect((await assign(client, args(2))).outcomes.get("t0")).toEqual({ _tag: "Assigned", to: "ada", task: null });
    const forgetful = new SGPClient({ apiKey: "a key", fetch: async () => Response.json([]) });
    expect((await assign(forgetful, args(2))).outcomes.get("t0")).toEqual({ _tag: "Ignored", to: "ada", task: null });
  });

  it("sends nothing in a dry run", async () => {
    const { client, requests } = scene();
    expect(await assign(client, args(10, { dryRun: true, chunkSize: 3 }))).toMatchObject({
      requests: 4,
      counts: { NotSent: 10 },
    });
    expect(requests).toEqual([]);
  });

  it("refuses a chunk size that is none", async () => {
    await expect(assign(scene().client, args(2, { chunkSize: 0 }))).rejects.toThrow("chunkSize must be a whole number");
  });
});
