/** The built page in a real browser: what it shows moves when the server does. */
import { existsSync } from "node:fs";
import { SGPClient } from "@evalwire/core";
import { createServer } from "@evalwire/server";
import { claim, submit } from "@evalwire/tasks";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import * as Assets from "../../src/dashboard/Assets.ts";
import { type Dashboard, serveDashboard } from "../../src/dashboard/serveDashboard.ts";
import { cases } from "../../src/demo/cases/index.ts";
import { answersOf, createEvaluation, type DemoEvaluation } from "../../src/demo/createEvaluation.ts";
import * as Judgement from "../../src/demo/Judgement.ts";

const executablePath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
const assets = Assets.load();
const missing = [
  ...(existsSync(executablePath)
    ? []
    : [`no browser at ${executablePath}: apt-get install chromium, or set CHROMIUM_PATH`]),
  ...(assets ? [] : ["the page is not built: npm run build"]),
];
if (missing.length > 0) console.warn(`\nSKIPPED: the dashboard was not seen in a browser: ${missing.join("; ")}\n`);

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

describe.skipIf(missing.length > 0)("the dashboard in Chromium", { timeout: 180_000 }, () => {
  let browser: Browser;
  let dashboard: Dashboard;
  let evaluation: DemoEvaluation;
  let annotators: readonly [SGPClient, SGPClient];
  let close: () => Promise<void>;
  const complaints: Array<string> = [];
  const elsewhere: Array<string> = [];

  beforeAll(async () => {
    const server = await createServer({
      database: ":memory:",
      apiKeys: { "lead-key": "lead", "viewer-key": "viewer", "key-1": "annotator-1", "key-2": "annotator-2" },
      claimSeconds: 90,
    });
    const fetch = (url: string | URL | Request, init?: RequestInit) => server.fetch(new Request(url, init));
    const clientOf = (apiKey: string) => new SGPClient({ apiKey, baseURL: "http://127.0.0.1:1", fetch });
    annotators = [clientOf("key-1"), clientOf("key-2")];
    const never = new AbortController().signal;
    evaluation = await createEvaluation(clientOf("lead-key"), cases.slice(0, 12), never);
    dashboard = await serveDashboard({ assets: assets!, api: server.fetch, apiKey: "viewer-key", port: 0 });
    browser = await chromium.launch({ executablePath, args });
    close = () => server.close();
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await dashboard?.close();
    await close?.();
  });

  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

  const open = async (options: Parameters<Browser["newPage"]>[0] = {}): Promise<Page> => {
    const page = await browser.newPage(options);
    page.setDefaultTimeout(45_000);
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith(dashboard.url)) elsewhere.push(request.url());
    });
    await page.goto(dashboard.invite());
    await page.getByText(`of ${evaluation.cases.size} done`).waitFor();
    await page.getByRole("button", { name: /^rougeL/ }).waitFor();
    return page;
  };

  it("finds the newest evaluation, and shows its scores", async () => {
    const page = await open();
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe(evaluation.name);
    await page.getByRole("status").filter({ hasText: "Live" }).waitFor();
    const metrics = page.getByRole("button", { name: /^rouge[12L]/ });
    expect(await metrics.count()).toBe(3);
  });

  it("shows a lease appear and run down, an event, and progress when the work is handed in", async () => {
    const page = await open();
    const board = page.getByRole("region", { name: /^In hand/ });
    await board.getByText("Nobody holds a task right now.").waitFor();

    const held = await claim(annotators[0], { evaluation_id: evaluation.id });
    if (held._tag !== "Claimed") throw new Error(`expected a task, got ${held._tag}`);
    const { title } = evaluation.cases.get(held.task.task_entity?.test_case_id ?? "")!;
    const row = board.getByRole("row", { name: `annotator-1 ${title}` });
    await row.waitFor();
    const left = row.getByRole("cell").last();
    const secondsLeft = async () => {
      const [minutes = 0, seconds = 0] = ((await left.textContent()) ?? "").split(":").map(Number);
      return 60 * minutes + seconds;
    };
    const first = await secondsLeft();
    expect(first).toBeGreaterThan(0);
    // The server's clock is read off a header that counts whole seconds.
    expect(first).toBeLessThanOrEqual(90 + 1);
    await expect.poll(secondsLeft, { timeout: 10_000 }).toBeLessThan(first);

    const log = page.getByRole("log");
    await log.getByText(`annotator-1 took ${title}`).waitFor();

    const judgement = Judgement.of(cases.find((one) => one.title === title)!, 0);
    await submit(annotators[0], {
      task: held.task,
      heldUntil: held.heldUntil,
      result: answersOf(evaluation, judgement),
    });
    await log.getByText(`annotator-1 finished ${title}`).waitFor();
    const bar = page.getByRole("progressbar", { name: "Tasks done" });
    await expect.poll(() => bar.getAttribute("aria-valuenow")).toBe("1");
    await board.getByText("Nobody holds a task right now.").waitFor();
  });

  it("can be narrowed to one kind of event, and paused", async () => {
    const page = await open();
    await claim(annotators[1], { evaluation_id: evaluation.id });
    const log = page.getByRole("log");
    await log
      .getByText(/^\d\d:\d\d:\d\dannotator-2 took/)
      .first()
      .waitFor();
    await page.getByRole("button", { name: "Status", exact: true }).click();
    await expect.poll(() => log.getByText("took").count()).toBe(0);
    await page.getByRole("button", { name: "Leases", exact: true }).click();
    await log.getByText("took").first().waitFor();
    const pause = page.getByRole("button", { name: "Pause" });
    await pause.click();
    expect(await pause.getAttribute("aria-pressed")).toBe("true");
  });

  it.each([
    ["a telephone", 360],
    ["a desk", 1280],
  ])("fits the width of %s", async (_, width) => {
    const page = await open({ viewport: { width, height: 800 } });
    const tooWide = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
    expect(tooWide).toBe(0);
  });

  it.each(["light", "dark"] as const)("has text that can be read on a %s ground", async (colorScheme) => {
    const page = await open({ colorScheme });
    const faint = await page.evaluate(faintTexts);
    expect(faint).toEqual([]);
  });

  it("asked nobody but its own server, and complained of nothing", () => {
    expect(elsewhere).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

/** Runs in the page: every text whose contrast with its ground is under 4.5 to 1 (WCAG 2.2, 1.4.3). */
const faintTexts = `(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const groundOf = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = rgba(getComputedStyle(one).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const element of document.body.querySelectorAll("*")) {
    const text = [...element.childNodes].filter((node) => node.nodeType === 3 && node.data.trim()).map((node) => node.data);
    const box = element.getBoundingClientRect();
    if (text.length === 0 || box.width < 2 || box.right < 0 || element.closest("svg, script, noscript")) continue;
    const [a, b] = [luminance(rgba(getComputedStyle(element).color)), luminance(groundOf(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) faint.push(text.join(" ").slice(0, 40) + " " + contrast.toFixed(2));
  }
  return faint;
})()`;
