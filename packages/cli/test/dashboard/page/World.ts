/**
 * All that a test of the page needs, and shares with no other: a server with its own clock, an evaluation, and a dashboard for them that
 * no other test uses meanwhile. The browser and the dashboard's program are there already: see `Desk.ts`.
 */
import { SGPClient } from "@evalwire/core";
import { createServer } from "@evalwire/server";
import { it as base, expect } from "vitest";
import { cases } from "../../../src/demo/cases/index.ts";
import { answersOf, createEvaluation, type DemoEvaluation, metricConfig } from "../../../src/demo/createEvaluation.ts";
import * as Judgement from "../../../src/demo/Judgement.ts";
import type { Page } from "../browser.ts";
import type { ShiftedClock } from "../ShiftedClock.ts";
import { type Backing, type Desk, type Desks, desks, type Person, patience, people } from "./Desk.ts";

export { type Person, patience };
export const claimSeconds = 900;

/** Wrong answers of the evaluation server, while one is chosen. */
export const troubles = {
  down: () => Response.json({ detail: "down for a moment" }, { status: 503 }),
  keyRefused: () => Response.json({ detail: "no such key" }, { status: 401 }),
  notAllowed: () => Response.json({ detail: "not yours" }, { status: 403 }),
  missing: () => Response.json({ detail: "not found" }, { status: 404 }),
  /** All but the tasks can be read. */
  tasksDown: (request: Request, next: Answering) =>
    request.url.includes("/test-case-results") ? troubles.down() : next(request),
};

type Answering = (request: Request) => Response | Promise<Response>;

export interface World extends Desk {
  trouble: keyof typeof troubles | undefined;
  readonly clientOf: (user: Person) => SGPClient;
  /** Another evaluation of the demo's texts; their number in the name of its test cases. */
  readonly evaluation: (texts?: number) => Promise<DemoEvaluation>;
  /** Hands in a task for a user, as good as the demo's people do. */
  readonly handIn: (user: Person, evaluation: DemoEvaluation, task: Handed) => Promise<void>;
}

interface Handed {
  readonly id: string;
  readonly test_case_result_id: string;
}

const apiKeys = Object.fromEntries(people.map((user) => [`key-${user}`, user]));

/** Lives in a world that is built at a desk, and torn down afterwards. */
const inWorld = async ({ use }: Desks, live: (world: World) => Promise<void>): Promise<void> => {
  const complaints = { said: [] as Array<string>, elsewhere: [] as Array<string> };
  const clients = new Map<Person, SGPClient>();
  const clientOf = (user: Person) => clients.get(user)!;
  let world: World | undefined;
  const back = async (clock: ShiftedClock): Promise<Backing> => {
    const server = await createServer({
      database: ":memory:",
      apiKeys,
      claimSeconds,
      clock,
      faults: (request, next) =>
        world?.trouble === undefined ? next(request) : troubles[world.trouble](request, next),
    });
    const fetch = (url: string | URL | Request, init?: RequestInit) => server.fetch(new Request(url, init));
    for (const user of people) {
      const options = { apiKey: `key-${user}`, baseURL: "http://127.0.0.1:1", fetch, clock, maxRetries: 0 };
      clients.set(user, new SGPClient(options));
    }
    const close = async () => {
      await Promise.all(Array.from(clients.values(), (client) => client.close()));
      await server.close();
    };
    return { clientOf, complaints, close };
  };
  await use(back, (desk) => {
    world = {
      ...desk,
      trouble: undefined,
      clientOf,
      evaluation: (texts = 6) =>
        createEvaluation(clientOf("lead"), cases.slice(0, texts), new AbortController().signal),
      handIn: async (user, evaluation, { id, test_case_result_id }) => {
        await clientOf(user).evaluations.tasks.update({ evaluation_id: evaluation.id, task_id: id, assigned_to: user });
        await clientOf(user).evaluations.testCaseResults.update({
          evaluation_id: evaluation.id,
          test_case_result_id,
          label_status: "COMPLETED",
          result: answersOf(evaluation, Judgement.of(cases[0]!, 0)),
          time_spent_labeling_s: 42,
        } as never);
      },
    };
    return live(world);
  });
  expect(complaints).toEqual({ said: [], elsewhere: [] });
};

/** A test with a world of its own; its pages must log no errors and send requests only to their own server. */
export const it = base.extend<{
  readonly $worker: { readonly desks: Desks };
  readonly $test: { readonly world: World };
}>({
  desks: [
    // biome-ignore lint/correctness/noEmptyPattern: fixtures say by this pattern what they need.
    async ({}, use) => desks(use),
    { scope: "worker" },
  ],
  world: async ({ desks }, use) => inWorld(desks, use),
});

export const bar = (page: Page) => page.getByRole("region", { name: "How current this page is" });

/** Live, and with all that it reads at first: the watch can be there before the evaluation's texts are. */
export const isLive = async (page: Page): Promise<void> => {
  await bar(page).getByText("Live", { exact: true }).waitFor();
  await page.getByText("Loading…", { exact: true }).first().waitFor({ state: "hidden" });
};

/** Does something, and waits for the notice of it, which goes by itself after a while. */
export const noticed = async (page: Page, text: string | RegExp, act: () => Promise<unknown>): Promise<void> => {
  await Promise.all([page.getByRole("region", { name: "Notices" }).getByText(text).first().waitFor(), act()]);
};

export const rowsOf = (page: Page, table: string) => page.getByRole("table", { name: table }).getByRole("row");

/**
 * Another evaluation of the same test cases, with what was expected as the output: as good as can be.
 *
 * @returns its id
 */
export const betterTwin = async ({ clientOf }: World, { id, cases: byTestCase }: DemoEvaluation): Promise<string> => {
  const client = clientOf("lead");
  const account_id = "demo";
  const first = await client.evaluations.retrieve({ evaluation_id: id });
  const { application_spec_id, evaluation_config_id } = first as unknown as Record<string, string>;
  // The only one of its world.
  const evaluation_dataset_id = (await client.evaluationDatasets.list({ limit: 1 })).items[0]?.id;
  const variant = await client.applicationVariants.create({
    account_id,
    application_spec_id: application_spec_id!,
    name: "Better",
    version: "OFFLINE",
    configuration: {},
  });
  await client.applicationTestCaseOutputs.batch({
    items: Array.from(byTestCase, ([test_case_id, { expected }]) => ({
      account_id,
      application_variant_id: variant.id,
      evaluation_dataset_version_num: 1,
      test_case_id,
      output: { generation_output: expected },
    })),
  });
  const twin = await client.evaluations.create({
    type: "builder",
    account_id,
    name: "The better one",
    description: "The same texts.",
    application_spec_id: application_spec_id!,
    application_variant_id: variant.id,
    evaluation_dataset_id: evaluation_dataset_id!,
    evaluation_dataset_version: 1,
    evaluation_config_id: evaluation_config_id!,
    metric_config: metricConfig,
  });
  return twin.id;
};

/** The tasks of an evaluation as the server has them, in its order. */
export const tasksOf = async ({ clientOf }: World, { id }: DemoEvaluation) => {
  const page = await clientOf("lead").evaluations.testCaseResults.list({
    evaluation_id: id,
    view: ["Task"],
    limit: 100,
  });
  return page.items.map(({ id: test_case_result_id, task }) => ({ ...task!, test_case_result_id }));
};
