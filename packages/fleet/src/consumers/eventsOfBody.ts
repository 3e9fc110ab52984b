import type { EvaluationRow, WatchEvent } from "@evalwire/core";
import { watchEventTypes } from "@evalwire/core";
import { rowOf } from "@evalwire/core/feed";
import type { Body } from "../log/Body.ts";

type Cells = Parameters<typeof rowOf>[0];

const known = new Set<string>(watchEventTypes);

/** The events of a log's message, as a follower that has read everything before it receives them. */
export const eventsOfBody = ({ entry, evaluationId, before }: Body): ReadonlyArray<WatchEvent> => {
  const { time } = entry;
  return entry.news.flatMap((news, index) => {
    const was = before[index] ?? null;
    if ("evaluation" in news) {
      const facts = { time, evaluationId, previous: was as EvaluationRow | null, current: news.evaluation };
      return news.events.filter(({ type }) => known.has(type)).map((event) => ({ ...event, ...facts }) as never);
    }
    const previous = was === null ? null : rowOf(was as Cells);
    if ("clock" in news) {
      if (previous === null || !known.has(news.clock.type)) return [];
      const facts = { time, evaluationId, taskId: news.clock.lease.taskId, current: previous };
      return [{ ...news.clock, ...facts } as never];
    }
    if (!("row" in news || "gone" in news)) return [];
    const current = "row" in news ? rowOf(news.row) : null;
    const facts = { time, evaluationId, taskId: current?.id ?? ("gone" in news ? news.gone : ""), previous, current };
    return news.events.filter(({ type }) => known.has(type)).map((event) => ({ ...event, ...facts }) as never);
  });
};
