/** A browser, and what it takes to say loudly that there is none. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import * as Assets from "../../src/dashboard/Assets.ts";

export const assets = Assets.load();

export const executablePath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";

/** Why there is no browser; nothing where there is one. */
export const missingBrowser: ReadonlyArray<string> = existsSync(executablePath)
  ? []
  : [`no browser at ${executablePath}: apt-get install chromium, or set CHROMIUM_PATH`];

/** Why the page cannot be looked at; nothing where it can. */
export const missing: ReadonlyArray<string> = [
  ...missingBrowser,
  ...(assets ? [] : ["the page is not built: npm run build"]),
];
if (missing.length > 0) console.warn(`\nSKIPPED: the dashboard was not seen in a browser: ${missing.join("; ")}\n`);

export const args = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const launch = (): Promise<Browser> => chromium.launch({ executablePath, args });

/** Unwanted messages and requests of a browser's pages. */
export interface Complaints {
  readonly said: { push(text: string): unknown };
  readonly elsewhere: { push(url: string): unknown };
}

export const watchPage = (page: Page, origin: string, { said, elsewhere }: Complaints): void => {
  page.on("console", (message) => {
    const text = message.text();
    // The browser writes every refused or failed request to the console, also those that a test provokes.
    const isRequest = /^Failed to load resource|net::ERR_/.test(text);
    if (!isRequest && (message.type() === "error" || message.type() === "warning")) said.push(text);
  });
  page.on("pageerror", (error) => said.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith("blob:")) elsewhere.push(request.url());
  });
};

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The rules of axe that a page breaks, all or some, with where; none is expected. */
export const broken = async (page: Page, rules?: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(axe);
  const only = rules === undefined ? {} : { runOnly: { type: "rule", values: rules } };
  return page.evaluate(`axe.run({ resultTypes: ["violations"], ...${JSON.stringify(only)} }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html.slice(0, 160))))`);
};

/** By how many pixels a page is wider than its window. */
export const overflow = (page: Page): Promise<unknown> =>
  page.evaluate("document.documentElement.scrollWidth - innerWidth");

export type { Browser, BrowserContext, Page };
