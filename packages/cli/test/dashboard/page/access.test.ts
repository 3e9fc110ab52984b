/** The page in a real browser: for every eye, every screen, and by keyboard only. */
import { claim } from "@evalwire/tasks";
import { describe } from "vitest";
import { broken, missing, overflow, type Page } from "../browser.ts";
import { isLive, it, patience, rowsOf, tasksOf, type World } from "./World.ts";

/** An evaluation in which every page has something to show. */
const busy = async (world: World) => {
  const evaluation = await world.evaluation(6);
  const [first] = await tasksOf(world, evaluation);
  await world.handIn("ada", evaluation, first!);
  await claim(world.clientOf("ben"), { evaluation_id: evaluation.id });
  const newer = await world.clientOf("lead").v5.evaluations.create({
    name: "Newer",
    data: [{ text: "What is dew?", length: 12 }],
    tasks: [],
  });
  return { evaluation, newerId: newer.id, doneId: first!.id };
};

const widths = [360, 768, 1_280, 1_920, 3_840];

/** The errors of a page, by axe in both schemes and by its width. */
const faults = async (page: Page, name: string): Promise<ReadonlyArray<string>> => {
  const found: Array<string> = [];
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    const wider = await overflow(page);
    if (wider !== 0) found.push(`${name} is ${wider} px too wide at ${width}`);
  }
  await page.setViewportSize({ width: 1_280, height: 900 });
  found.push(...(await broken(page)).map((each) => `${name}: ${each}`));
  // Nothing but colours is another in the dark.
  await page.emulateMedia({ colorScheme: "dark" });
  found.push(...(await broken(page, ["color-contrast"])).map((each) => `${name} in the dark: ${each}`));
  return found;
};

describe.skipIf(missing.length > 0).concurrent("access", { timeout: 600_000 }, () => {
  it.for([
    ["", "/tasks", "/assignments", "/people"],
    ["/scores", "/events", "/tasks/done", "list", "v5", "unknown"],
  ])("breaks no rule of axe in light and dark, and fits every width: %s", async (paths, { world, expect }) => {
    const { evaluation, newerId, doneId } = await busy(world);
    const page = await world.open("lead", "");
    const found: Array<string> = [];
    for (const path of paths) {
      await page.emulateMedia({ colorScheme: "light" });
      if (path === "list") {
        await page.goto(world.dashboard.url);
        await page.getByRole("row", { name: /6 texts/ }).waitFor();
      } else if (path === "unknown") {
        await page.goto(`${world.dashboard.url}evaluations/unknown`);
        await page.getByText(/^Next attempt in/).waitFor();
      } else if (path === "v5") {
        await page.goto(`${world.dashboard.url}v5/evaluations/${newerId}`);
        await isLive(page);
      } else {
        await page.goto(`${world.dashboard.url}evaluations/${evaluation.id}${path.replace("done", doneId)}`);
        await isLive(page);
      }
      found.push(...(await faults(page, path)));
    }
    expect(found).toEqual([]);
  });

  it("keeps the present tab in sight where the window is narrower, and becomes so", async ({ world, expect }) => {
    const { evaluation } = await busy(world);
    const page = await world.open("lead", `evaluations/${evaluation.id}/people`);
    await isLive(page);
    await page.setViewportSize({ width: 360, height: 800 });
    const tab = page.getByRole("navigation").getByRole("link", { name: "People" });
    await expect
      .poll(async () => {
        const { x, width } = (await tab.boundingBox())!;
        return x >= 0 && x + width <= 360;
      }, patience)
      .toBe(true);
  });

  it("can be used by keyboard, and has one polite live region", async ({ world, expect }) => {
    const { evaluation } = await busy(world);
    const page = await world.open("lead", `evaluations/${evaluation.id}/tasks`);
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

  it("moves nothing for those who prefer less motion", async ({ world, expect }) => {
    const { evaluation } = await busy(world);
    const page = await world.open("lead", `evaluations/${evaluation.id}`);
    const bars = page.locator(".stage-bar > span");
    await bars.first().waitFor();
    const durations = () =>
      page.evaluate(`[...new Set([...document.querySelectorAll("*")].flatMap((each) => {
        const { transitionDuration, animationDuration, animationName } = getComputedStyle(each);
        return [transitionDuration, animationName === "none" ? "0s" : animationDuration];
      }))]`);
    expect(await durations()).toEqual(["0s", "0.24s"]);
    await page.emulateMedia({ reducedMotion: "reduce" });
    expect(await durations()).toEqual(["0s"]);
  });

  it.for(["pointer", "keyboard"])(
    "moves no row under the %s: values change in place, and the order later",
    async (by, { world, expect }) => {
      const evaluation = await world.evaluation(4);
      const page = await world.open("lead", `evaluations/${evaluation.id}/tasks?sort=person`);
      await isLive(page);
      const taskIds = () =>
        rowsOf(page, "Tasks")
          .getByRole("link")
          .evaluateAll((links) =>
            links.map((link) => (link as { readonly pathname?: string }).pathname!.split("/").at(-1)!),
          );
      const order = async () => (await taskIds()).join();
      await expect.poll(() => rowsOf(page, "Tasks").count(), patience).toBe(5);
      const before = await order();
      const last = rowsOf(page, "Tasks").last();
      if (by === "pointer") await last.hover();
      else {
        await rowsOf(page, "Tasks").first().getByRole("checkbox").focus();
        await page.keyboard.press("Tab");
        while (!(await page.evaluate("document.activeElement.closest('.grid-body') !== null")))
          await page.keyboard.press("Tab");
      }
      await page.getByText("The order is held while").waitFor();
      const moved = (await taskIds()).at(-1)!;
      await world.clientOf("lead").evaluations.tasks.update({
        evaluation_id: evaluation.id,
        task_id: moved,
        assigned_to: "ada",
      });
      await last.getByRole("cell", { name: "ada" }).waitFor();
      expect(await order()).toBe(before);
      if (by === "pointer") await page.mouse.move(5, 5);
      else await page.getByRole("searchbox", { name: "Search" }).focus();
      await expect.poll(order, patience).not.toBe(before);
      expect((await taskIds())[0]).toBe(moved);
    },
  );

  it("holds no rows that come under a pointer that rests", async ({ world, expect }) => {
    const evaluation = await world.evaluation(8);
    const [task] = await tasksOf(world, evaluation);
    const page = await world.open("lead", `evaluations/${evaluation.id}/tasks?place=waiting`);
    await page.getByRole("checkbox", { name: "Select all 8" }).check();
    await page.getByRole("button", { name: "Distribute 8…" }).click();
    const body = (await rowsOf(page, "Tasks").last().boundingBox())!;
    await page.mouse.move(body.x + body.width / 2, body.y + body.height / 2);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    // Polled from here: a wait inside the page evaluates text, which the page's policy forbids.
    await expect
      .poll(() => page.evaluate("document.querySelector('.grid-body').matches(':hover')"), patience)
      .toBe(true);
    await world.clientOf("lead").evaluations.tasks.update({
      evaluation_id: evaluation.id,
      task_id: task!.id,
      assigned_to: "ada",
    });
    await page.getByText("7 shown").waitFor();
    await page.mouse.move(body.x + body.width / 2 + 1, body.y - body.height);
    await page.getByText("The order is held while").waitFor();
  });
});
