/** The page in a real browser: several tabs, and the hidden ones among them. */
import { claim } from "@evalwire/tasks";
import { describe } from "vitest";
import { missing } from "../browser.ts";
import { plainBrowser, type Tab } from "./plainBrowser.ts";
import { isLive, it, patience, tasksOf } from "./World.ts";

describe.skipIf(missing.length > 0).concurrent("tabs", { timeout: 240_000 }, () => {
  it("two tabs of one browser share one connection, and the second goes on when the first is closed", async ({
    world,
    expect,
  }) => {
    const evaluation = await world.evaluation(4);
    const first = await world.open("ada", `evaluations/${evaluation.id}`);
    await isLive(first);
    const tab = await world.open("ada", `evaluations/${evaluation.id}/people`);
    await isLive(tab);
    expect(world.dashboard.readers()).toEqual({ feeds: 1, evaluations: 1 });
    await first.close();
    await expect.poll(() => world.dashboard.readers().feeds, patience).toBe(1);
    const held = await claim(world.clientOf("ben"), { evaluation_id: evaluation.id });
    if (held._tag !== "Claimed") throw new Error(`expected a task, got ${held._tag}`);
    await tab.getByRole("row", { name: /^ben/ }).getByText("at work").waitFor();
    const task = (await tasksOf(world, evaluation)).find(({ id }) => id === held.task.id);
    await world.handIn("ben", evaluation, task!);
    await tab
      .getByRole("row", { name: /^ben/ })
      .getByText(/^for \d+ s/)
      .waitFor();
  });

  it("a tab goes on when the one with the connection is frozen, which catches up when it is woken", async ({
    world,
    expect,
  }) => {
    const evaluation = await world.evaluation(4);
    const [first, second] = await tasksOf(world, evaluation);
    const browser = await plainBrowser();
    try {
      const url = `${world.dashboard.url}evaluations/${evaluation.id}/people`;
      const says = (tab: Tab) => tab.evaluate("document.body.innerText") as Promise<string>;
      const frozen = await browser.open(world.dashboard.invite("ada"));
      await expect.poll(() => says(frozen), patience).toContain("4 texts");
      await frozen.evaluate(`location.assign(${JSON.stringify(url)})`).catch(() => undefined);
      await expect.poll(() => says(frozen), patience).toContain("No task has been claimed yet.");
      const shown = await browser.open(url);
      await expect.poll(() => says(shown), patience).toContain("No task has been claimed yet.");
      expect(world.dashboard.readers().feeds).toBe(1);
      await shown.show();
      await expect.poll(() => frozen.evaluate("document.visibilityState"), patience).toBe("hidden");
      await frozen.evaluate("document.addEventListener('freeze', () => void (globalThis.wasFrozen = true))");
      await frozen.freeze(true);

      await world.handIn("ben", evaluation, first!);
      await expect.poll(() => says(shown), patience).toMatch(/ben\s+0\s+1\s/);
      expect(await shown.evaluate("document.querySelector('.freshness-label').textContent")).toBe("Live");

      await frozen.freeze(false);
      await world.handIn("ben", evaluation, second!);
      await frozen.show();
      await expect.poll(() => says(frozen), patience).toMatch(/ben\s+0\s+2\s/);
      expect(await frozen.evaluate("globalThis.wasFrozen")).toBe(true);
      await expect
        .poll(() => frozen.evaluate("document.querySelector('.freshness-label').textContent"), patience)
        .toBe("Live");
    } finally {
      await browser.close();
    }
  });
});
