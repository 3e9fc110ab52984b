/** The page in a real browser: what is found, in which order, and that its address says so. */
import { describe } from "vitest";
import { missing } from "../browser.ts";
import { betterTwin, isLive, it, patience, rowsOf, tasksOf } from "./World.ts";

describe.skipIf(missing.length > 0).concurrent("lists", { timeout: 240_000 }, () => {
  it("lists the evaluations of the account, and leads to each", async ({ world, expect }) => {
    const [first, second] = [await world.evaluation(4), await world.evaluation(6)];
    const page = await world.open("lead", "");
    await page
      .getByRole("row", { name: /6 texts/ })
      .getByText("Not started")
      .waitFor();
    await page.getByRole("searchbox", { name: "Search" }).fill(first.id);
    await expect.poll(() => page.getByRole("row").count(), patience).toBe(2);
    expect(new URL(page.url()).searchParams.get("q")).toBe(first.id);
    await page.getByRole("searchbox", { name: "Search" }).fill(second.id);
    await page.getByRole("link", { name: second.name }).click();
    await page.getByText("of 6 done").waitFor();
    await isLive(page);
    expect(await page.title()).toBe(`Overview · ${second.name} · evalwire`);
  });

  it("keeps search, filters, order and columns in the address, and gives what is shown as CSV", async ({
    world,
    expect,
  }) => {
    const { id, cases } = await world.evaluation();
    const page = await world.open("lead", `evaluations/${id}/tasks`);
    await page.getByRole("searchbox", { name: "Search" }).fill(cases.values().next().value!.title);
    await page.getByRole("button", { name: "Person" }).click();
    await page.locator("summary", { hasText: "Status" }).click();
    await page.getByRole("checkbox", { name: "Waiting", exact: true }).check();
    await page.locator("summary", { hasText: "Columns" }).click();
    await page.getByRole("checkbox", { name: "Priority" }).check();
    await expect.poll(() => rowsOf(page, "Tasks").count(), patience).toBe(2);
    const asked = new URL(page.url()).searchParams;
    expect([asked.get("place"), asked.get("sort"), asked.get("cols")]).toEqual([
      "waiting",
      "person",
      "task,place,person,deadline,priority,updated",
    ]);
    await page.reload();
    await expect.poll(() => rowsOf(page, "Tasks").count(), patience).toBe(2);
    await page.getByRole("columnheader", { name: "Priority" }).waitFor();
    expect(await page.getByRole("columnheader", { name: /^Person/ }).getAttribute("aria-sort")).toBe("ascending");
    expect(await page.getByRole("searchbox", { name: "Search" }).inputValue()).toBe(asked.get("q"));
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save as CSV" }).click(),
    ]);
    const text = Buffer.concat(await (await download.createReadStream()).toArray()).toString();
    expect(text.split("\r\n")).toHaveLength(3);
    expect(text).toContain("task_id,result_id,Task,Status,Person,Deadline,Priority,Updated");
  });

  it("restores the log from the server's timestamps after a reload", async ({ world, expect }) => {
    const evaluation = await world.evaluation(4);
    const [first] = await tasksOf(world, evaluation);
    const page = await world.open("lead", `evaluations/${evaluation.id}/events`);
    await isLive(page);
    await world.clientOf("lead").evaluations.tasks.update({
      evaluation_id: evaluation.id,
      task_id: first!.id,
      assigned_to: "ada",
    });
    await rowsOf(page, "Events").filter({ hasText: "ada" }).filter({ hasText: "claimed" }).waitFor();
    await world.handIn("ada", evaluation, first!);
    const done = rowsOf(page, "Events").filter({ hasText: "ada" }).filter({ hasText: "completed" });
    await done.waitFor();
    await page.reload();
    await done.waitFor();
    // When it was handed in, by the server's word; when it was claimed, no server keeps.
    const result = await world.clientOf("lead").evaluations.testCaseResults.retrieve({
      evaluation_id: evaluation.id,
      test_case_result_id: first!.test_case_result_id,
    });
    const at = await page.evaluate((iso) => new Date(iso).toTimeString().slice(0, 8), result.completed_at!);
    expect(await done.getByRole("rowheader").textContent()).toBe(at);
    expect(await rowsOf(page, "Events").filter({ hasText: "claimed" }).count()).toBe(0);
  });

  it("restores it by the server's clock, also where that is ahead of the reader's", async ({ world }) => {
    const evaluation = await world.evaluation(3);
    world.clock.move(2_400_000);
    const [first] = await tasksOf(world, evaluation);
    await world.handIn("ada", evaluation, first!);
    const page = await world.open("lead", `evaluations/${evaluation.id}/events`);
    await rowsOf(page, "Events").filter({ hasText: "ada" }).filter({ hasText: "completed" }).waitFor();
  });

  it("compares two evaluations of the same test cases, and keeps the choice in the address", async ({
    world,
    expect,
  }) => {
    const evaluation = await world.evaluation(8);
    const twin = await betterTwin(world, evaluation);
    const page = await world.open("lead", `evaluations/${evaluation.id}/scores`);
    const panel = page.getByRole("region", { name: "Compare", exact: true });
    await panel.getByText("Choose another evaluation of the same test cases.").waitFor();
    await panel.getByRole("combobox").selectOption(twin);
    const row = panel.getByRole("row", { name: /^rouge1/ });
    await row.getByRole("cell", { name: /^−\d\.\d{3} to −\d\.\d{3}$/ }).waitFor();
    expect(await row.getByRole("cell", { name: "8", exact: true }).count()).toBe(1);
    expect(Number((await row.getByRole("cell").last().textContent())!)).toBeLessThan(0.05);
    expect(new URL(page.url()).searchParams.get("against")).toBe(twin);
    await page.reload();
    await row.getByRole("cell", { name: /^−\d\.\d{3} to −\d\.\d{3}$/ }).waitFor();
    expect(await panel.getByRole("combobox").inputValue()).toBe(twin);
    // The twin's outputs are what was expected: nothing of it is unmarked.
    await page.goto(`${world.dashboard.url}evaluations/${twin}/scores`);
    const worst = page
      .getByRole("region", { name: /^Lowest by/ })
      .getByRole("listitem")
      .first();
    await worst.locator("mark").first().waitFor();
    expect(await worst.locator("p.excerpt").first().locator("span").allTextContents()).not.toContainEqual(
      expect.stringMatching(/\p{L}/u),
    );
  });

  it("lists evaluations of v5 beside those of v4, and shows their items, numbers and failures live", async ({
    world,
    expect,
  }) => {
    const v4 = await world.evaluation(3);
    const client = world.clientOf("lead");
    const { id } = await client.v5.evaluations.create({
      name: "Newer answers",
      data: [
        { text: "What is dew?", length: 12 },
        { text: "Why does bread go stale?", length: 24 },
      ],
      tasks: [],
    });
    const page = await world.open("lead", "");
    const row = page.getByRole("row", { name: /Newer answers/ });
    await row.getByText("v5", { exact: true }).waitFor();
    await page.getByRole("row", { name: new RegExp(v4.name) }).waitFor();
    await row.getByRole("link").click();
    await expect.poll(() => new URL(page.url()).pathname, patience).toBe(`/v5/evaluations/${id}`);
    await page.getByText(/of 2 done/).waitFor();
    await isLive(page);
    expect(await page.getByRole("navigation").getByRole("link").allTextContents()).toEqual([
      "Overview",
      "Tasks",
      "Scores",
      "Events",
    ]);
    expect(await page.getByRole("button", { name: "Claim a task" }).count()).toBe(0);
    await page.getByRole("link", { name: "Tasks", exact: true }).click();
    await page.getByRole("link", { name: "Why does bread go stale?" }).click();
    await page.getByRole("region", { name: "Item" }).getByText("24").waitFor();
    await page.getByRole("link", { name: "Scores" }).click();
    await page
      .getByRole("button", { name: /^length/ })
      .getByText("mean of 2, median 18.000")
      .waitFor();
    // The address of the other version leads here.
    await page.goto(`${world.dashboard.url}evaluations/${id}`);
    await page.getByRole("link", { name: "open it there" }).click();
    await page.getByText(/of 2 done/).waitFor();
  });
});
