/**
 * A scripted platform behind the wire of API v5: the real source of the client reads it, over a `fetch` that answers as the
 * routes of one evaluation do, with the platform's latency and faults.
 */
import { hash } from "node:crypto";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import type { Reason, SgpError } from "../../src/client/SgpError.ts";
import { SGPClient } from "../../src/SGPClient.ts";
import type { ScriptedPlatform } from "../../src/testing/ScriptedPlatform.ts";
import type { SimulatedClock } from "../../src/testing.ts";
import type { TaskRow } from "../../src/watch/event/TaskRow.ts";
import { type PollRequest, reading } from "../../src/watch/Pollers.ts";
import type { Answer, Page } from "../../src/watch/source/Source.ts";

const stored = { created_at: "2029-12-31T00:00:00Z", created_by: { id: "zoe", type: "user", object: "identity" } };

// The evaluation's one task: an item is done when its result is there.
const column = "verdict";

const itemOf = (row: TaskRow, created: number | undefined) => ({
  ...stored,
  ...(created === undefined ? {} : { created_at: new Date(created).toISOString() }),
  id: row.id,
  object: "evaluation.item",
  evaluation_id: "e1",
  dataset_item_id: row.test_case_id,
  data: row.status === "COMPLETED" ? { [column]: "good" } : {},
});

/** An item in the list that stands for no row of the platform: a test's way to say that another one is there. */
const strangerOf = (id: string) => ({ ...stored, id, object: "evaluation.item", evaluation_id: "e1", data: {} });

const listOf = ({ rows, items, withoutId, total, next }: Page, created: ReadonlyMap<string, number>) => {
  const known = new Map(rows.map((row) => [row.id, itemOf(row, created.get(row.id))]));
  const all = [
    ...items.map((id) => known.get(id) ?? strangerOf(id)),
    ...Array.from({ length: withoutId }, () => ({ object: "evaluation.item" })),
  ];
  return { object: "list", items: all, total, has_more: next !== undefined, limit: all.length };
};

const statuses: Partial<Record<Reason["_tag"], number>> = { Unauthorized: 401, Forbidden: 403, NotFound: 404 };

const refusal = (error: SgpError): Response => {
  const { reason } = error;
  switch (reason._tag) {
    case "RateLimited":
    case "ServerFault": {
      const status = reason._tag === "RateLimited" ? 429 : reason.status;
      const after = reason.retryAfterMillis;
      return new Response("{}", { status, headers: after === undefined ? {} : { "retry-after": `${after / 1_000}` } });
    }
    case "Undecodable":
      return new Response('{"items": [');
    default: {
      const status = statuses[reason._tag];
      if (status === undefined) throw new TypeError("no connection");
      return new Response("{}", { status });
    }
  }
};

// A tag says which text it stands for.
const tagOf = (body: string) => `"${hash("sha1", body)}"`;

/** How a watch of the platform reads: everything but the wire is the client's own. */
export const wireV5 = (platform: ScriptedPlatform, clock: SimulatedClock): PollRequest["source"] => {
  const { source } = platform;
  const routes = ({ pathname, searchParams }: URL): Effect.Effect<Answer<unknown>, SgpError> => {
    if (pathname === "/v5/evaluations/e1") {
      return Effect.map(source.evaluation, ({ value: { name, status, total, completed }, ...answer }) => {
        const items = { total, successful: completed, failed: 0, pending: total - completed };
        const tasks = [{ task_type: "contributor_evaluation.question", alias: column, configuration: {} }];
        const value = { ...stored, id: "e1", object: "evaluation", name, status, tasks, progress: { items } };
        return { ...answer, value };
      });
    }
    if (pathname === "/v5/evaluation-items") {
      const after = searchParams.get("starting_after") ?? undefined;
      return Effect.map(
        source.page(after, () => undefined),
        ({ value, ...answer }) => ({
          ...answer,
          value: listOf(value, platform.created),
        }),
      );
    }
    const id = pathname.replace("/v5/evaluation-items/", "");
    return Effect.map(source.readTask({ id } as TaskRow), ({ value: { row }, ...answer }) => ({
      ...answer,
      value: row && itemOf(row, platform.created.get(id)),
    }));
  };
  const respond = clock.trackFetch(async (answer: Answer<unknown>, tag: string | null) => {
    if (answer.value === undefined) return new Response("{}", { status: 404 });
    const body = JSON.stringify(answer.value);
    const etag = tagOf(body);
    const headers = new Headers({ etag });
    if (answer.date !== undefined) headers.set("date", new Date(answer.date).toUTCString());
    return tag === etag ? new Response(null, { status: 304, headers }) : new Response(body, { headers });
  });
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const exit = await Effect.runPromiseExit(routes(new URL(url)), { signal: init.signal ?? undefined });
    if (Exit.isSuccess(exit)) return respond(exit.value, new Headers(init.headers).get("if-none-match"));
    init.signal?.throwIfAborted();
    const error = exit.cause.reasons.find((reason) => reason._tag === "Fail")?.error;
    if (error === undefined) throw new TypeError("the server broke");
    return refusal(error);
  };
  const client = new SGPClient({ apiKey: "k", baseURL: "https://sgp.test", fetch: fetch as never, clock, seed: 1 });
  const sourceOf = reading("v5", client.transport);
  return (evaluationId, how) => {
    const real = sourceOf(evaluationId, how);
    return {
      ...real,
      // Writes of the platform's own test double say no more than v5's: where to look.
      writes: (listener, taskOf) => {
        const undo = [real.writes(listener, taskOf), source.writes(listener, taskOf)];
        return () => {
          for (const each of undo) each();
        };
      },
    };
  };
};
