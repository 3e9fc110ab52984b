/** The bytes a browser has to load before the page shows anything. */
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import * as Assets from "../../src/dashboard/Assets.ts";

const assets = Assets.load();
if (assets === undefined) console.warn("\nSKIPPED: the size of the dashboard: the page is not built: npm run build\n");

const budgetBytes = 180_000;

const textOf = (path: string): string => new TextDecoder().decode(assets!.get(path)!.bytes);

/** The scripts that a page loads at once: its own, and what those import other than on demand. */
const scriptsOf = (page: string): ReadonlySet<string> => {
  const found = new Set<string>();
  const add = (path: string) => {
    if (found.has(path)) return;
    found.add(path);
    for (const [, name] of textOf(path).matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)) add(`/assets/${name}`);
  };
  for (const [, path] of textOf(page).matchAll(/src="(\/assets\/[^"]+\.js)"/g)) add(path!);
  return found;
};

describe.skipIf(assets === undefined)("the first load of the page", () => {
  it(`is at most ${budgetBytes / 1_000} kB of script, compressed`, () => {
    const scripts = [...scriptsOf("/")];
    expect(scripts.length).toBeGreaterThan(0);
    const bytes = scripts.reduce((sum, path) => sum + gzipSync(textOf(path), { level: 9 }).length, 0);
    expect(bytes).toBeLessThanOrEqual(budgetBytes);
    // React by itself is a third of that: a page that is much smaller was not looked at as a whole.
    expect(bytes).toBeGreaterThan(60_000);
  });
});
