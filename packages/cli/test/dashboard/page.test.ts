/** The built page in a real browser, over a real relay and a real server, with several people at work. */
import { SGPClient } from "@evalwire/core";
import { createServer } from "@evalwire/server";
import { claim, submit } from "@evalwire/tasks";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Dashboard, serveDashboard } from "../../src/dashboard/serveDashboard.ts";
import { cases } from "../../src/demo/cases/index.ts";
import { answersOf, createEvaluation, type DemoEvaluation } from "../../src/demo/createEvaluation.ts";
import * as Judgement from "../../src/demo/Judgement.ts";
import {
  assets,
  type Browser,
  type BrowserContext,
  broken,
  launch,
  missing,
  overflow,
  type Page,
  watchPage,
} from "./browser.ts";
import { ShiftedClock } from "./ShiftedClock.ts";

const apiKeys = { "key-lead": "lead", "key-ada": "ada", "key-ben": "ben" };
const claimSeconds = 900;
/** How long a busy machine may take; nothing waits so long that is right. */
const patience = { timeout: 20_000 };

describe.skipIf(missing.length > 0)("the dashboard in Chromium", { timeout: 240_000 }, () => {
  const clock = new ShiftedClock();
  const complaints = { said: [] as Array<string>, elsewhere: [] as Array<string> };
  const world = { isServerDown: false, isKeyRefused: false };
  const clients = new Map<string, SGPClient>();
  const contexts = new Map<string, Promise<BrowserContext>>();
  let browser: Browser;
  let dashboard: Dashboard;
  let evaluation: DemoEvaluation;
  let second: DemoEvaluation;
  let close: () => Promise<void>;

  beforeAll(async () => {
    const server = await createServer({
      database: ":memory:",
      apiKeys,
      claimSeconds,
      clock,
      faults: (request, next) => {
        if (world.isServerDown) return Response.json({ detail: "down for a moment" }, { status: 503 });
        if (world.isKeyRefused) return Response.json({ detail: "no such key" }, { status: 401 });
        return next(request);
      },
    });
    const fetch = (url: string | URL | Request, init?: RequestInit) => server.fetch(new Request(url, init));
    for (const [apiKey, user] of Object.entries(apiKeys)) {
      clients.set(user, new SGPClient({ apiKey, baseURL: "http://127.0.0.1:1", fetch, clock, maxRetries: 0 }));
    }
    const never = new AbortController().signal;
    second = await createEvaluation(clients.get("lead")!, cases.slice(0, 6), never);
    evaluation = await createEvaluation(clients.get("lead")!, cases.slice(0, 12), never);
    dashboard = await serveDashboard({
      assets: assets!,
      port: 0,
      users: ["lead", "ada", "ben"],
      clientOf: (user) => clients.get(user)!,
      server: "http://127.0.0.1:1",
      watch: { interval: ["300 millis", "500 millis"], requestsPerMinute: 6_000 },
      clock,
    });
    browser = await launch();
    close = () => server.close();
  });

  afterAll(async () => {
    await browser?.close();
    await dashboard?.close();
    await Promise.all(Array.from(clients.values(), (client) => client.close()));
    await close?.();
  });

  afterEach(async () => {
    for (const context of contexts.values()) await Promise.all((await context).pages().map((page) => page.close()));
  });

  /** A browser of somebody's own: a context each, opened by an invitation. */
  const contextOf = (user: string): Promise<BrowserContext> => {
    const known = contexts.get(user);
    if (known !== undefined) return known;
    const made = (async () => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true });
      context.setDefaultTimeout(patience.timeout);
      const page = await context.newPage();
      await page.goto(dashboard.invite(user));
      await page.close();
      return context;
    })();
    contexts.set(user, made);
    return made;
  };

  /** A page of somebody, at a path below the evaluation's. */
  const open = async (user: string, path = "", of: DemoEvaluation = evaluation): Promise<Page> => {
    const page = await (await contextOf(user)).newPage();
    watchPage(page, dashboard.url, complaints);
    await page.goto(`${dashboard.url}evaluations/${of.id}${path}`);
    return page;
  };
  const isLive = (page: Page) =>
    page.getByRole("region", { name: "How current this page is" }).getByText("Live", { exact: true }).waitFor();
  const notice = (page: Page, text: string | RegExp) =>
    page.getByRole("region", { name: "Notices" }).getByText(text).first().waitFor();

  it("lists the evaluations of the account, and leads to each", async () => {
    const page = await (await contextOf("lead")).newPage();
    await page.goto(dashboard.url);
    await page
      .getByRole("row", { name: /12 texts/ })
      .getByText("Not started")
      .waitFor();
    await page.getByRole("searchbox", { name: "Search" }).fill(second.id);
    await expect.poll(() => page.getByRole("row").count(), patience).toBe(2);
    expect(new URL(page.url()).searchParams.get("q")).toBe(second.id);
    await page.getByRole("link", { name: second.name }).click();
    await page.getByText("of 6 done").waitFor();
    await isLive(page);
    expect(await page.title()).toBe(`Overview · ${second.name} · evalwire`);
  });

  it("two people work together: one claims and hands in, the other sees it, sends it back, and approves", async () => {
    const [lead, ada] = await Promise.all([open("lead"), open("ada")]);
    await lead.getByText("of 12 done").waitFor();
    await ada.getByRole("button", { name: "Claim a task" }).click();
    await notice(ada, "Claimed.");

    await lead.getByRole("link", { name: "Active assignments", exact: true }).click();
    const row = lead.getByRole("table", { name: "Active assignments" }).getByRole("row").filter({ hasText: "ada" });
    await row.getByText(/^expires in 1[45] min \d\d s/).waitFor();
    const title = await row.getByRole("link").textContent();

    await ada.getByRole("spinbutton", { name: /Quality/ }).fill("4");
    await ada.getByRole("combobox", { name: /Verdict/ }).selectOption({ index: 1 });
    await ada.getByRole("button", { name: "Hand in" }).click();
    await notice(ada, /^Handed in/);
    await lead.getByText("Nobody holds a task right now.").waitFor();

    await lead.getByRole("link", { name: "Events" }).click();
    const events = lead.getByRole("table", { name: "Events" });
    await events.getByRole("row").filter({ hasText: "claimed" }).waitFor();
    await events.getByRole("row").filter({ hasText: "completed" }).getByRole("link", { name: title! }).click();
    await lead.getByRole("textbox", { name: "Comment for the annotator" }).fill("Look at the second sentence.");
    await lead.getByRole("button", { name: "Send back" }).click();
    await notice(lead, /^Sent back/);
    await ada.getByText("“Look at the second sentence.”").waitFor();
    await ada.getByRole("button", { name: "Hand in" }).click();

    await lead.getByRole("button", { name: "Approve" }).click();
    await notice(lead, /^Approved/);
    await lead.getByRole("link", { name: "Overview" }).click();
    await lead.getByRole("link", { name: /^1\s*Approved/ }).click();
    await expect.poll(() => new URL(lead.url()).search, patience).toBe("?place=approved");
    await lead.getByRole("table", { name: "Tasks" }).getByRole("link", { name: title! }).waitFor();
  });

  it("distributes tasks by a plan: a dry run, the assignment, and its undo", async () => {
    const page = await open("lead", "/tasks?place=waiting");
    await page.getByRole("checkbox", { name: /^Select all/ }).check();
    await page.getByRole("button", { name: /^Distribute 11…/ }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("checkbox", { name: "ada" }).check();
    await dialog.getByRole("checkbox", { name: "ben" }).check();
    await dialog.getByRole("textbox", { name: "At most for ben" }).fill("3");
    await dialog.getByText("Dry run: 11 of 11 tasks change hands, in 2 requests.").waitFor();
    await dialog.getByRole("button", { name: "Assign 11 tasks" }).click();
    await notice(page, "Assigned 11 tasks by plan.");
    await page.getByText("No task matches").waitFor();
    const held = await clients.get("lead")!.evaluations.testCaseResults.list({
      evaluation_id: evaluation.id,
      view: ["Task"],
      limit: 100,
    });
    expect(held.items.filter(({ task }) => JSON.stringify(task?.assigned_to)?.includes("ben"))).toHaveLength(3);
    await page.getByRole("button", { name: "Undo" }).click();
    await notice(page, "Undone: 11 tasks as before.");
    await page.getByText("Tasks (11 of 12)").waitFor();
  });

  it("keeps search, filters, order and columns in the address, and gives what is shown as CSV", async () => {
    const page = await open("lead", "/tasks");
    await page.getByRole("searchbox", { name: "Search" }).fill(evaluation.cases.values().next().value!.title);
    await page.getByRole("button", { name: "Person" }).click();
    await page.locator("summary", { hasText: "Columns" }).click();
    await page.getByRole("checkbox", { name: "Priority" }).check();
    await expect.poll(() => page.getByRole("table", { name: "Tasks" }).getByRole("row").count(), patience).toBe(2);
    await page.reload();
    await expect.poll(() => page.getByRole("table", { name: "Tasks" }).getByRole("row").count(), patience).toBe(2);
    await page.getByRole("columnheader", { name: "Priority" }).waitFor();
    expect(await page.getByRole("columnheader", { name: /^Person/ }).getAttribute("aria-sort")).toBe("ascending");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save as CSV" }).click(),
    ]);
    const text = Buffer.concat(await (await download.createReadStream()).toArray()).toString();
    expect(text.split("\r\n")).toHaveLength(3);
    expect(text).toContain("task_id,result_id,Task,Status,Person,Deadline,Priority,Updated");
  });

  it("counts down by the server's clock, and says when an assignment has expired", async () => {
    const claimed = await claim(clients.get("ben")!, { evaluation_id: second.id });
    expect(claimed._tag).toBe("Claimed");
    // The people here see another clock than the server's: theirs is behind.
    clock.move((claimSeconds - 45) * 1_000);
    const page = await open("lead", "/assignments", second);
    const row = page.getByRole("table", { name: "Active assignments" }).getByRole("row").filter({ hasText: "ben" });
    await row.getByText(/^expires in [34]\d s/).waitFor();
    await page.getByText("Within 1 min").waitFor();
    await page.goto(`${dashboard.url}evaluations/${second.id}/events`);
    await isLive(page);
    clock.move(60_000);
    await page
      .getByRole("table", { name: "Events" })
      .getByRole("row")
      .filter({ hasText: "ben" })
      .getByText("expired")
      .waitFor();
  });

  it("restores the log from the server's timestamps after a reload", async () => {
    const page = await open("lead", "/events");
    const events = page.getByRole("table", { name: "Events" });
    await events.getByRole("row").filter({ hasText: "ada" }).filter({ hasText: "completed" }).waitFor();
    await events.getByRole("row").filter({ hasText: "approved" }).waitFor();
  });

  it("is never Live offline, paused or out of touch, and recovers by itself", async () => {
    const page = await open("ben");
    const context = await contextOf("ben");
    const bar = page.getByRole("region", { name: "How current this page is" });
    const states = bar.getByText("Live", { exact: true });
    await isLive(page);
    await context.setOffline(true);
    await bar.getByText("Offline").waitFor();
    await bar.getByText(/Data as of .* This computer has no network/).waitFor();
    expect(await states.count()).toBe(0);
    await context.setOffline(false);
    await isLive(page);

    await page.getByRole("button", { name: "Pause" }).click();
    await bar.getByText("Paused").waitFor();
    expect(await states.count()).toBe(0);
    await page.getByRole("button", { name: "Resume" }).click();
    await isLive(page);

    world.isServerDown = true;
    await bar.getByText("Not live").waitFor();
    await bar.getByText(/The evaluation server fails \(503\)\. It retries by itself\./).waitFor();
    world.isServerDown = false;
    await isLive(page);
  });

  it("says what to do about an id that is unknown and a key that is refused, and goes on when it is not any more", async () => {
    const page = await open("lead", "", { ...evaluation, id: "no-such-id" });
    await page.getByRole("heading", { name: "There is no evaluation no-such-id" }).waitFor();
    await page.getByText("Check the address").waitFor();
    await page.getByRole("link", { name: "All evaluations" }).click();
    await page.getByRole("row", { name: /12 texts/ }).waitFor();
    world.isKeyRefused = true;
    await page.reload();
    await page.getByText(/refuses the relay's own key/).waitFor();
    world.isKeyRefused = false;
    await page.getByRole("button", { name: "Try now" }).click();
    await page.getByRole("row", { name: /12 texts/ }).waitFor();
  });

  it("two tabs of one browser share one connection, and the second goes on when the first is closed", async () => {
    await expect.poll(() => dashboard.readers().feeds, patience).toBe(0);
    const first = await open("ada");
    await isLive(first);
    const tab = await open("ada", "/people");
    await isLive(tab);
    expect(dashboard.readers()).toEqual({ feeds: 1, evaluations: 1 });
    await first.close();
    await expect.poll(() => dashboard.readers().feeds, patience).toBe(1);
    const held = await claim(clients.get("ben")!, { evaluation_id: evaluation.id });
    if (held._tag !== "Claimed") throw new Error(`expected a task, got ${held._tag}`);
    await tab.getByRole("row", { name: /^ben/ }).getByText("at work").waitFor();
    await submit(clients.get("ben")!, {
      task: held.task,
      heldUntil: held.heldUntil,
      result: answersOf(evaluation, Judgement.of(cases[0]!, 0)),
    });
    await tab
      .getByRole("row", { name: /^ben/ })
      .getByText(/^for \d+ s/)
      .waitFor();
  });

  const paths = ["", "/tasks", "/assignments", "/people", "/scores", "/events"];

  it("breaks no rule of axe on any page, in light and dark, and fits every width", async () => {
    const results = await clients.get("lead")!.evaluations.testCaseResults.list({
      evaluation_id: evaluation.id,
      view: ["Task"],
      limit: 1,
    });
    const page = await open("lead");
    const found: Array<string> = [];
    const look = async (path: string, isDarkLooked: boolean) => {
      await page.goto(`${dashboard.url}${path}`);
      await page.getByRole("main").waitFor();
      if (path !== "") await isLive(page);
      for (const width of [360, 3_840, 1_280]) {
        await page.setViewportSize({ width, height: 900 });
        const wider = await overflow(page);
        if (wider !== 0) found.push(`${path} is ${wider} px too wide at ${width}`);
      }
      found.push(...(await broken(page)).map((each) => `${path}: ${each}`));
      if (!isDarkLooked) return;
      // Nothing but colours is another in the dark.
      await page.emulateMedia({ colorScheme: "dark" });
      found.push(...(await broken(page, ["color-contrast"])).map((each) => `${path} in the dark: ${each}`));
      await page.emulateMedia({ colorScheme: "light" });
    };
    await look("", false);
    for (const path of [...paths, `/tasks/${results.items[0]!.task!.id}`])
      await look(`evaluations/${evaluation.id}${path}`, path === "");
    expect(found).toEqual([]);
  });

  it("can be used by keyboard, and has one polite live region", async () => {
    const page = await open("lead", "/tasks");
    await isLive(page);
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the content");
    await page.getByRole("searchbox", { name: "Search" }).focus();
    await page.keyboard.type("zzz");
    await page.getByText("No task matches").waitFor();
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.tagName")).toBe("SELECT");
    expect(await page.locator("[aria-live]").count()).toBe(1);
    expect(await page.locator("[aria-live]").getAttribute("aria-live")).toBe("polite");
  });

  it("asked nobody but its own server, complained of nothing, and keeps no key", async () => {
    expect(complaints).toEqual({ said: [], elsewhere: [] });
    const page = await open("lead");
    await isLive(page);
    const kept = await page.evaluate("document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)");
    expect(kept).not.toContain("key-");
    expect(await page.content()).not.toContain("key-lead");
  });
});
