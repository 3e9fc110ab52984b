/**
 * All that a test of the page needs, and shares with no other: a server with its own clock, an evaluation, a relay, and a browser context
 * for each person. Only the browser's process is shared by the tests of a file.
 */
import { SGPClient } from "@evalwire/core";
import { createServer } from "@evalwire/server";
import { it as base, expect } from "vitest";
import { type Dashboard, serveDashboard } from "../../../src/dashboard/serveDashboard.ts";
import { cases } from "../../../src/demo/cases/index.ts";
import { answersOf, createEvaluation, type DemoEvaluation, metricConfig } from "../../../src/demo/createEvaluation.ts";
import * as Judgement from "../../../src/demo/Judgement.ts";
import { assets, type Browser, type BrowserContext, launch, type Page, watchPage } from "../browser.ts";
import { ShiftedClock } from "../ShiftedClock.ts";

export const claimSeconds = 900;
/** How long a busy machine may take; nothing waits so long that is right. */
export const patience = { timeout: 60_000 };

const people = ["lead", "ada", "ben"] as const;
export type Person = (typeof people)[number];

/** Wrong answers of the evaluation server, while one is chosen. */
export const troubles = {
  down: () => Response.json({ detail: "down for a moment" }, { status: 503 }),
  keyRefused: () => Response.json({ detail: "no such key" }, { status: 401 }),
  missing: () => Response.json({ detail: "not found" }, { status: 404 }),
};

export interface World {
  readonly clock: ShiftedClock;
  trouble: keyof typeof troubles | undefined;
  readonly dashboard: Dashboard;
  readonly clientOf: (user: Person) => SGPClient;
  /** Another evaluation of the demo's texts; their number in the name of its test cases. */
  readonly evaluation: (texts?: number) => Promise<DemoEvaluation>;
  readonly contextOf: (user: Person) => Promise<BrowserContext>;
  /** A user's page, at a path of the dashboard. */
  readonly open: (user: Person, path: string) => Promise<Page>;
  /** A context without a session. */
  readonly stranger: () => Promise<BrowserContext>;
  /** Hands in a task for a user, as good as the demo's people do. */
  readonly handIn: (user: Person, evaluation: DemoEvaluation, task: Handed) => Promise<void>;
}

interface Handed {
  readonly id: string;
  readonly test_case_result_id: string;
}

const viewport = { width: 1280, height: 900 };
let browser: Promise<Browser> | undefined;

/** The browser of this process; the first to ask starts it. */
export const theBrowser = (): Promise<Browser> => {
  browser ??= launch();
  return browser;
};

export const closeBrowser = async (): Promise<void> => {
  const open = browser;
  browser = undefined;
  await (await open)?.close();
};

const apiKeys = Object.fromEntries(people.map((user) => [`key-${user}`, user]));

const make = async () => {
  const clock = new ShiftedClock();
  const complaints = { said: [] as Array<string>, elsewhere: [] as Array<string> };
  const server = await createServer({
    database: ":memory:",
    apiKeys,
    claimSeconds,
    clock,
    faults: (request, next) => (world.trouble === undefined ? next(request) : troubles[world.trouble]()),
  });
  const fetch = (url: string | URL | Request, init?: RequestInit) => server.fetch(new Request(url, init));
  const clients = new Map(
    people.map((user) => [
      user,
      new SGPClient({ apiKey: `key-${user}`, baseURL: "http://127.0.0.1:1", fetch, clock, maxRetries: 0 }),
    ]),
  );
  const clientOf = (user: string) => clients.get(user as Person)!;
  const dashboard = await serveDashboard({
    assets: assets!,
    port: 0,
    users: people,
    clientOf,
    server: "http://127.0.0.1:1",
    watch: { interval: ["300 millis", "500 millis"], requestsPerMinute: 6_000 },
    clock,
  });
  const contexts = new Map<string, Promise<BrowserContext>>();
  const stranger = async () => {
    const context = await (await theBrowser()).newContext({ viewport, acceptDownloads: true });
    context.setDefaultTimeout(patience.timeout);
    return context;
  };
  const invited = async (user: Person) => {
    const context = await stranger();
    const { headers } = await globalThis.fetch(dashboard.invite(user), { redirect: "manual" });
    const [name = "", value = ""] = (headers.get("set-cookie") ?? "").split(";")[0]!.split("=");
    await context.addCookies([{ name, value, url: dashboard.url }]);
    return context;
  };
  const contextOf = (user: Person) => {
    const known = contexts.get(user) ?? invited(user);
    contexts.set(user, known);
    return known;
  };
  const world: World = {
    clock,
    trouble: undefined,
    dashboard,
    clientOf,
    evaluation: (texts = 6) => createEvaluation(clientOf("lead"), cases.slice(0, texts), new AbortController().signal),
    contextOf,
    stranger,
    open: async (user, path) => {
      const page = await (await contextOf(user)).newPage();
      watchPage(page, dashboard.url, complaints);
      await page.goto(`${dashboard.url}${path}`);
      return page;
    },
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
  const close = async () => {
    for (const context of contexts.values()) await (await context).close();
    await dashboard.close();
    await Promise.all(Array.from(clients.values(), (client) => client.close()));
    await server.close();
  };
  return { world, complaints, close };
};

/** A test with a world of its own; its pages must log no errors and send requests only to their own server. */
export const it = base.extend<{ readonly world: World }>({
  // biome-ignore lint/correctness/noEmptyPattern: fixtures say by this pattern what they need.
  world: async ({}, use) => {
    const { world, complaints, close } = await make();
    try {
      await use(world);
      expect(complaints).toEqual({ said: [], elsewhere: [] });
    } finally {
      await close();
    }
  },
});

export const bar = (page: Page) => page.getByRole("region", { name: "How current this page is" });

export const isLive = (page: Page) => bar(page).getByText("Live", { exact: true }).waitFor();

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
