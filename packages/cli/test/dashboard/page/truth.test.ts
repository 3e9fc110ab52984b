/** The page in a real browser: what it says of the truth of what it shows, and of what cannot be shown. */
import { describe } from "vitest";
import { broken, missing } from "../browser.ts";
import { bar, isLive, it, noticed, patience, rowsOf, tasksOf } from "./World.ts";

describe.skipIf(missing.length > 0).concurrent("the truth of the page", { timeout: 240_000 }, () => {
  it("is never Live offline or paused, and recovers by itself", async ({ world, expect }) => {
    const { id } = await world.evaluation(3);
    const page = await world.open("ben", `evaluations/${id}`);
    const context = await world.contextOf("ben");
    const live = bar(page).getByText("Live", { exact: true });
    await isLive(page);
    await context.setOffline(true);
    await bar(page).getByText("Offline").waitFor();
    await bar(page)
      .getByText(/Data as of .* This computer has no network/)
      .waitFor();
    expect(await live.count()).toBe(0);
    await context.setOffline(false);
    await isLive(page);

    await page.getByRole("button", { name: "Pause" }).click();
    await bar(page).getByText("Paused").waitFor();
    expect(await live.count()).toBe(0);
    await page.getByRole("button", { name: "Resume" }).click();
    await isLive(page);
  });

  it("says when the evaluation server is out of order, keeps what was read, and goes on by itself", async ({
    world,
  }) => {
    const { id } = await world.evaluation(3);
    const page = await world.open("ben", `evaluations/${id}`);
    await isLive(page);
    world.trouble = "down";
    await bar(page).getByText("Not live").waitFor();
    await bar(page)
      .getByText(/The evaluation server fails \(503\)\. It retries by itself\./)
      .waitFor();
    await page.getByText("of 3 done").waitFor();
    world.trouble = undefined;
    await isLive(page);
  });

  it("says what to do about an id that is unknown, and shows the evaluation once it is there", async ({ world }) => {
    const { id } = await world.evaluation(3);
    world.trouble = "missing";
    const page = await world.open("lead", `evaluations/${id}`);
    await page.getByRole("heading", { name: `There is no evaluation ${id}` }).waitFor();
    await page.getByText("Check the address").waitFor();
    await page.getByText(/^Next attempt in \d+ s\.$/).waitFor();
    world.trouble = undefined;
    await page.getByText("of 3 done").waitFor();
    await isLive(page);
  });

  it("says nothing of what is not there before the tasks are read", async ({ world, expect }) => {
    const evaluation = await world.evaluation(3);
    const [task] = await tasksOf(world, evaluation);
    world.trouble = "tasksDown";
    const pages = await Promise.all(
      ["", "/tasks", `/tasks/${task!.id}`, "/assignments", "/people", "/scores", "/events"].map((view) =>
        world.open("lead", `evaluations/${evaluation.id}${view}`),
      ),
    );
    for (const page of pages) {
      await bar(page).getByText("Not live").waitFor();
      await page.getByRole("heading", { name: evaluation.name }).waitFor();
      await page.getByText("Reading the tasks…").waitFor();
      expect(await page.getByText(/There is no such|No task|no tasks|No scores|of 0|Nothing is/).count()).toBe(0);
    }
    world.trouble = undefined;
    await pages[2]!.getByRole("heading", { name: "Texts" }).waitFor();
  });

  it("moves nothing while the next attempt is under way", async ({ world, expect }) => {
    const { id } = await world.evaluation(3);
    world.trouble = "missing";
    const page = await world.open("lead", `evaluations/${id}`);
    await page.getByRole("heading", { name: `There is no evaluation ${id}` }).waitFor();
    const button = await page.getByRole("button", { name: "Try now" }).elementHandle();
    world.trouble = "notAllowed";
    await button!.click();
    await page.getByRole("heading", { name: "Not allowed" }).waitFor();
    // The same one, and not one that came again.
    expect(await button!.evaluate((each) => (each as { readonly isConnected?: boolean }).isConnected)).toBe(true);
  });

  it("an evaluation that is gone while it is shown is not Live, and keeps what was read", async ({ world, expect }) => {
    const { id } = await world.evaluation(3);
    const page = await world.open("lead", `evaluations/${id}/tasks`);
    await isLive(page);
    world.trouble = "missing";
    await bar(page).getByText("Not live").waitFor();
    await bar(page)
      .getByText(/The evaluation server does not know this evaluation any more\./)
      .waitFor();
    expect(await rowsOf(page, "Tasks").count()).toBe(4);
    world.trouble = undefined;
    await isLive(page);
  });

  it("says that an evaluation was archived while it is shown, and offers no claim", async ({ world }) => {
    const { id } = await world.evaluation(3);
    const page = await world.open("lead", `evaluations/${id}/tasks`);
    await isLive(page);
    const claim = page.getByRole("button", { name: "Claim a task" });
    await claim.waitFor();
    await world.clientOf("ada").evaluations.delete({ evaluation_id: id });
    await page.getByRole("heading", { level: 1 }).getByText("archived").waitFor();
    await claim.waitFor({ state: "hidden" });
  });

  it("says that the key is refused, and shows the list again once it is not", async ({ world, expect }) => {
    await world.evaluation(3);
    world.trouble = "keyRefused";
    const { page, elapse } = await world.openHeld("lead", "");
    await page.getByRole("heading", { name: "The key is refused" }).waitFor();
    await page.getByText("Start it again with a valid one.").waitFor();
    // One of the two lists is enough for that; the other, read later, would show without a click.
    const listsAsked = () => {
      const lists = performance.getEntriesByType("resource").filter(({ name }) => /\/v[45]\/evaluations\b/.test(name));
      return new Set(lists.map(({ name }) => /v[45]/.exec(name)?.[0])).size;
    };
    await expect.poll(() => page.evaluate(listsAsked), patience).toBe(2);
    world.trouble = undefined;
    await page.getByRole("button", { name: "Try now" }).click();
    await page.getByRole("row", { name: /3 texts/ }).waitFor();
    // And by itself.
    world.trouble = "keyRefused";
    await page.reload();
    await page.getByRole("heading", { name: "The key is refused" }).waitFor();
    world.trouble = undefined;
    await elapse();
    await page.getByRole("row", { name: /3 texts/ }).waitFor();
  });

  it("an account without evaluations says so, and shows the first one by itself", async ({ world }) => {
    const page = await world.open("lead", "");
    await page.getByRole("heading", { name: "This account has no evaluations yet" }).waitFor();
    await page.getByText("As soon as one is created").waitFor();
    await world.evaluation(3);
    await page.getByRole("row", { name: /3 texts/ }).waitFor();
  });

  it("a browser that was not invited shows what to open, in light and dark, and works once it has", async ({
    world,
    expect,
  }) => {
    const context = await world.stranger();
    const page = await context.newPage();
    await page.emulateMedia({ colorScheme: "dark" });
    const answer = await page.goto(world.dashboard.url);
    expect(answer?.status()).toBe(403);
    await page.getByRole("heading", { name: "This browser is not invited" }).waitFor();
    await page.getByText("Open the address that the terminal shows").waitFor();
    const colours = () =>
      page.evaluate("[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color].join()");
    const dark = await colours();
    expect(await broken(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: "light" });
    expect(await colours()).not.toBe(dark);
    expect(await broken(page)).toEqual([]);
    await page.goto(world.dashboard.invite("lead"));
    await page.getByRole("heading", { name: "This account has no evaluations yet" }).waitFor();
    await context.close();
  });

  it("says that its browser is not invited any more where the program was restarted, and goes on once it is", async ({
    world,
    expect,
  }) => {
    const { id } = await world.evaluation(3);
    await world.evaluation(2);
    const page = await world.open("ben", "");
    await page
      .getByRole("row", { name: /3 texts/ })
      .getByRole("link")
      .click();
    await page.waitForURL(`**/evaluations/${id}`);
    await isLive(page);
    const context = await world.contextOf("ben");
    const cookies = await context.cookies();
    await context.clearCookies();
    await noticed(page, "Claiming failed: This browser is not invited", () =>
      page.getByRole("button", { name: "Claim a task" }).click(),
    );
    // Another evaluation is another connection.
    await page.getByRole("link", { name: "evalwire" }).click();
    await page
      .getByRole("row", { name: /2 texts/ })
      .getByRole("link")
      .click();
    await page.getByRole("heading", { name: "This browser is not invited" }).waitFor();
    await page.getByRole("main").getByText("Open the address that the terminal shows").waitFor();
    // Nothing says that it is, nor to those who listen to the page.
    await expect.poll(() => page.getByText("Live").count(), patience).toBe(0);
    await context.addCookies(cookies);
    await page.getByRole("button", { name: "Try now" }).click();
    await isLive(page);
  });

  it("keeps no key where the page could read it", async ({ world, expect }) => {
    const { id } = await world.evaluation(3);
    const page = await world.open("lead", `evaluations/${id}`);
    await isLive(page);
    const kept = await page.evaluate("document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)");
    expect(kept).not.toContain("key-");
    expect(await page.content()).not.toContain("key-lead");
  });
});
