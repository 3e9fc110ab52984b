/** How the results of an evaluation are read, by the version of the API it belongs to. */
import type { SGPClient } from "@evalwire/core";
import type { EvaluationId } from "@evalwire/react-hooks";
import { type Record, recordOf, recordOfItem } from "../model/Records.ts";

export interface Page {
  readonly records: ReadonlyArray<Record>;
  /** How many there are in all, where the platform says. */
  readonly total: number | undefined;
  readonly isLast: boolean;
}

export interface Reader {
  /** Pages are read in order from the first, which starts over. */
  page(number: number, size: number, signal: AbortSignal): Promise<Page>;
  /** `undefined` where it is gone. */
  one(id: string, signal: AbortSignal): Promise<Record | undefined>;
}

const view = ["Metrics", "TestCaseVersion"] as const;

const isGone = (error: unknown): boolean => (error as { readonly status?: number }).status === 404;

const readerV4 = (client: SGPClient, evaluation_id: string): Reader => {
  const { list, retrieve } = client.evaluations.testCaseResults;
  return {
    page: async (page, limit, signal) => {
      const answer = await list({ evaluation_id, view: [...view], limit, page } as never, { signal });
      const items = answer.items as ReadonlyArray<Parameters<typeof recordOf>[0]>;
      const total = (answer as { readonly total_item_count?: number }).total_item_count;
      const isLast = items.length === 0 || (total === undefined ? items.length < limit : page * limit >= total);
      return { records: items.map(recordOf), total, isLast };
    },
    one: async (test_case_result_id, signal) => {
      try {
        const args = { evaluation_id, test_case_result_id, view: [...view] };
        return recordOf((await retrieve(args as never, { signal })) as Parameters<typeof recordOf>[0]);
      } catch (error) {
        if (isGone(error)) return undefined;
        throw error;
      }
    },
  };
};

const readerV5 = (client: SGPClient, evaluation_id: string): Reader => {
  const { list, retrieve } = client.v5.evaluationItems;
  // v5 counts no pages: each leads to the next.
  let last: Awaited<ReturnType<typeof list>> | undefined;
  return {
    page: async (number, limit, signal) => {
      const page = number === 1 ? await list({ evaluation_id, limit }, { signal }) : await last?.nextPage();
      last = page as typeof last;
      const items = page?.items ?? [];
      return { records: items.map(recordOfItem), total: undefined, isLast: page?.hasNextPage !== true };
    },
    one: async (evaluation_item_id, signal) => {
      try {
        return recordOfItem(await retrieve({ evaluation_item_id }, { signal }));
      } catch (error) {
        if (isGone(error)) return undefined;
        throw error;
      }
    },
  };
};

export const readerOf = (client: SGPClient, evaluation: EvaluationId): Reader =>
  typeof evaluation === "string" ? readerV4(client, evaluation) : readerV5(client, evaluation.v5);
