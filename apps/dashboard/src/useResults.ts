import type { SGPClient } from "@evalwire/core";
import { type Location, locate, type MetricRecord } from "@evalwire/metrics";
import { useTasks } from "@evalwire/react-hooks";
import { useEffect, useState } from "react";

/** What a person wants to know of a test case result beside its task. */
export interface Result {
  readonly title: string;
  readonly output: string;
  readonly metrics: Readonly<Record<string, number>>;
}

export interface Results {
  /** By test case result id; empty until read. */
  readonly byId: ReadonlyMap<string, Result>;
  readonly error: Error | undefined;
}

const none: Results = { byId: new Map(), error: undefined };

/**
 * The texts and scores of an evaluation: read once, and again when results were added. What changes while people
 * work (status, assignment) is the watch's business.
 */
export const useResults = (client: SGPClient, evaluationId: string): Results => {
  const tasks = useTasks(evaluationId).length;
  const [results, setResults] = useState(none);
  useEffect(() => {
    if (tasks === 0) return;
    const leaving = new AbortController();
    read(client, evaluationId, leaving.signal).then(
      (byId) => leaving.signal.aborted || setResults({ byId, error: undefined }),
      (error: Error) => leaving.signal.aborted || setResults((last) => ({ ...last, error })),
    );
    return () => leaving.abort();
  }, [client, evaluationId, tasks]);
  return results;
};

const read = async (
  client: SGPClient,
  evaluationId: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Result>> => {
  const byId = new Map<string, Result>();
  const results = client.evaluations.testCaseResults.list(
    { evaluation_id: evaluationId, view: ["Metrics", "TestCaseVersion"], limit: 1_000 },
    { signal },
  );
  for await (const result of results) {
    const record = {
      test_case_data: result.test_case_version?.test_case_data,
      test_case_output: result.test_case_evaluation_data,
    };
    byId.set(result.id, {
      title: titleOf(found(["test_case_data", "input"], record)) ?? result.test_case_id,
      output: textOf(found(["test_case_output", "output"], record)),
      metrics: result.metrics ?? {},
    });
  }
  return byId;
};

const found = (location: Location, record: MetricRecord): unknown => {
  const located = locate(location, record);
  return located.found ? located.value : undefined;
};

const mostWords = 9;

/** The input's `title` if it has one, else its first words. */
export const titleOf = (input: unknown): string | undefined => {
  if (typeof input === "object" && input !== null) {
    const { title } = input as { readonly title?: unknown };
    if (typeof title === "string" && title !== "") return title;
    return titleOf(Object.values(input).find((value) => typeof value === "string"));
  }
  if (typeof input !== "string" || input.trim() === "") return undefined;
  const words = input.trim().split(/\s+/);
  return words.length <= mostWords ? words.join(" ") : `${words.slice(0, mostWords).join(" ")}…`;
};

const textOf = (output: unknown): string => (typeof output === "string" ? output : JSON.stringify(output ?? null));
