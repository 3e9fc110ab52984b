/** Tabs of a real browser: one connection for all, and the next tab goes on when the one that holds it is gone. */
import { existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { SGPClient, type WatchEvent } from "@evalwire/core";
import type { SimulatedClock } from "@evalwire/core/testing";
import { createRelay, issueToken, type Relay, type Right } from "@evalwire/relay";
import { nodeHandler } from "@evalwire/relay/node";
import { build } from "esbuild";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { apiKey, keys, platform } from "./platform.ts";

const executablePath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
const isThere = existsSync(executablePath);
if (!isThere) {
  console.warn(
    `\nSKIPPED: tabs of a real browser: no browser at ${executablePath}: apt-get install chromium, or set CHROMIUM_PATH\n`,
  );
}

const args = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const patience = { timeout: 60_000 };

const program = `
  import { relayClient } from "@evalwire/relay/client";
  const user = location.search.slice(1) || "ada";
  const client = relayClient("/relay", { token: async () => (await fetch("/token?" + user)).text(), tabs: user });
  const watch = client.watch("e1");
  const seen = { events: [], watch, client };
  watch.subscribe((event) => void seen.events.push(event), { replay: false, capacity: 10_000 });
  globalThis.seen = seen;
`;

describe.skipIf(!isThere)("tabs of a browser", { timeout: 120_000 }, () => {
  // The machine's time: a browser knows no other.
  const clock = { trackFetch: <F>(fetch: F): F => fetch, now: () => Date.now() } as unknown as SimulatedClock;
  let sgp: ReturnType<typeof platform>;
  let relay: Relay;
  let client: SGPClient;
  let server: Server;
  let browser: Browser;
  let context: BrowserContext;
  let url: string;

  beforeAll(async () => {
    const { outputFiles } = await build({
      stdin: { contents: program, resolveDir: fileURLToPath(new URL(".", import.meta.url)), loader: "ts" },
      bundle: true,
      write: false,
      format: "esm",
      conditions: ["@evalwire/source"],
    });
    sgp = platform(clock, 5);
    client = new SGPClient({ apiKey, baseURL: "https://sgp.test", fetch: sgp.fetch, maxRetries: 0 });
    relay = createRelay({
      client,
      keys,
      beat: "1 second",
      idle: "1 second",
      watch: { interval: ["100 millis", "200 millis"], requestsPerMinute: 6_000 },
    });
    const handle = nodeHandler(async (request) => {
      const { pathname, search } = new URL(request.url);
      if (pathname.startsWith("/relay/")) return relay.fetch(request);
      if (pathname === "/token") {
        const user = search.slice(1);
        const may: ReadonlyArray<Right> = user === "ben" ? ["watch", "claim"] : ["watch", "assign"];
        return new Response(await issueToken(keys, { user, evaluations: ["e1"], may, expires: 600 }));
      }
      if (pathname === "/page.js") {
        return new Response(outputFiles[0]!.text, { headers: { "content-type": "text/javascript" } });
      }
      const page = `<!doctype html><title>tab</title><script type="module" src="/page.js"></script>`;
      return new Response(page, { headers: { "content-type": "text/html" } });
    });
    server = createServer((request, response) => void handle(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    browser = await chromium.launch({ executablePath, args });
  });

  afterEach(async () => {
    await context?.close();
    await expect.poll(() => relay.readers().feeds, patience).toBe(0);
  });

  afterAll(async () => {
    await browser?.close();
    await relay?.close();
    await client?.close();
    server?.closeAllConnections();
    server?.close();
  });

  const open = async (user = "ada"): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(`${url}?${user}`);
    await expect.poll(() => page.evaluate("globalThis.seen?.watch.status._tag"), patience).toBe("synced");
    return page;
  };
  const eventsOf = (page: Page) => page.evaluate("globalThis.seen.events") as Promise<ReadonlyArray<WatchEvent>>;
  /** The priorities of one task that a tab has seen, in order. */
  const prioritiesOf = async (page: Page, taskId: string) =>
    (await eventsOf(page)).flatMap((event) =>
      event.type === "task.updated" && event.taskId === taskId ? [event.current.priority] : [],
    );
  const expectAll = async (page: Page, taskId: string, priorities: ReadonlyArray<number>) => {
    await expect.poll(async () => (await prioritiesOf(page, taskId)).at(-1), patience).toBe(priorities.at(-1));
    const ids = (await eventsOf(page)).map(({ id, type }) => `${type} ${id}`);
    expect(new Set(ids).size).toBe(ids.length);
  };
  const settle = (taskId: string, priority: number, page: Page) => {
    sgp.set(taskId, { priority });
    return expect.poll(async () => (await prioritiesOf(page, taskId)).at(-1), patience).toBe(priority);
  };

  it("share one connection, and see the same events", async () => {
    context = await browser.newContext();
    const tabs = [await open(), await open(), await open()];
    expect(relay.readers()).toEqual({ feeds: 1, evaluations: 1 });
    for (const priority of [11, 12, 13]) await settle("t1", priority, tabs[0]!);
    for (const tab of tabs) await expectAll(tab, "t1", [11, 12, 13]);
    const [first, ...others] = await Promise.all(
      tabs.map(async (tab) => (await eventsOf(tab)).filter(({ type }) => type === "task.updated")),
    );
    for (const other of others) expect(other.map(({ id }) => id)).toEqual(first!.map(({ id }) => id));
  });

  it("19. the next one goes on when the tab with the connection is closed: no event twice, none missed", async () => {
    context = await browser.newContext();
    const first = await open();
    const second = await open();
    const third = await open();
    await settle("t2", 21, third);
    await first.close();
    await settle("t2", 22, third);
    await second.close();
    await settle("t2", 23, third);
    await expectAll(third, "t2", [21, 22, 23]);
    expect(await prioritiesOf(third, "t2")).toEqual([21, 22, 23]);
    expect(relay.readers()).toEqual({ feeds: 1, evaluations: 1 });
  });

  it("19. and when it goes to another page, and when it crashes", async () => {
    context = await browser.newContext();
    const first = await open();
    const second = await open();
    const third = await open();
    await settle("t3", 31, third);
    await first.goto("about:blank");
    await settle("t3", 32, third);
    await second.goto("chrome://crash").catch(() => undefined);
    await settle("t3", 33, third);
    expect(await prioritiesOf(third, "t3")).toEqual([31, 32, 33]);
  });

  it("24. share nothing where another person is signed in: each sees what the own token shows", async () => {
    context = await browser.newContext();
    const ada = await open();
    const ben = await open("ben");
    const countOf = (page: Page) => page.evaluate("globalThis.seen.watch.snapshot().tasks.size");
    expect(await countOf(ada)).toBe(5);
    expect(await countOf(ben)).toBe(0);
    expect(relay.readers().feeds).toBe(2);
    const second = await open("ben");
    expect(await countOf(second)).toBe(0);
    expect(relay.readers().feeds).toBe(2);
  });

  it("of more users than a browser opens connections all load, see changes, and make calls", async () => {
    context = await browser.newContext();
    const users = Array.from({ length: 8 }, (_, index) => `lead${index}`);
    const pages: Array<Page> = [];
    for (const user of users) pages.push(await open(user));
    const call = `globalThis.seen.client.evaluations.retrieve({ evaluation_id: "e1" }).then(({ id }) => id)`;
    expect(await Promise.all(pages.map((page) => page.evaluate(call)))).toEqual(users.map(() => "e1"));
    await settle("t5", 51, pages[0]!);
    for (const page of pages) await expectAll(page, "t5", [51]);
    // Where a tab goes, one of those that had to wait takes its place.
    for (const page of pages.slice(0, 4)) await page.close();
    await expect.poll(() => relay.readers().feeds, patience).toBe(4);
    await settle("t5", 52, pages.at(-1)!);
    for (const page of pages.slice(4)) await expectAll(page, "t5", [51, 52]);
  });

  it("23. a write made in any tab shows at once in it, and in the others when it was done", async () => {
    context = await browser.newContext();
    const first = await open();
    const second = await open();
    const shown = await second.evaluate(`(async () => {
      const { client, watch } = globalThis.seen;
      // Routes are loaded with the first call.
      await client.evaluations.retrieve({ evaluation_id: "e1" });
      const call = client.evaluations.tasks.update({ evaluation_id: "e1", task_id: "t4", assigned_to: "ben" });
      const atOnce = watch.snapshot().tasks.get("t4").assigned_to;
      await call;
      return atOnce;
    })()`);
    expect(shown).toBe("ben");
    for (const tab of [first, second]) {
      await expect
        .poll(() => tab.evaluate(`globalThis.seen.watch.snapshot().tasks.get("t4").assigned_to`), patience)
        .toBe("ben");
    }
  });
});
