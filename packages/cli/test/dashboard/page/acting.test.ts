/** The page in a real browser: several people at work on one evaluation. */
import { claim } from "@evalwire/tasks";
import { assert, describe } from "vitest";
import { missing, type Page } from "../browser.ts";
import { isLive, it, noticed, patience, rowsOf, tasksOf } from "./World.ts";

const act = (page: Page) => page.getByRole("region", { name: "Act" });

describe.skipIf(missing.length > 0).concurrent("acting on tasks", { timeout: 240_000 }, () => {
  it("two people work together: one claims and hands in, the other sees it, sends it back, and approves", async ({
    world,
    expect,
  }) => {
    const { id } = await world.evaluation();
    const [lead, ada] = await Promise.all([
      world.open("lead", `evaluations/${id}/assignments`),
      world.open("ada", `evaluations/${id}`),
    ]);
    await lead.getByText("No task is held right now.").waitFor();
    await noticed(ada, "Claimed.", () => ada.getByRole("button", { name: "Claim a task" }).click());

    const row = rowsOf(lead, "Active assignments").filter({ hasText: "ada" });
    await row.getByText(/^expires in 1[45] min \d\d s/).waitFor();
    const title = await row.getByRole("link").textContent();
    await ada.getByText(/^Yours for at least 1[34] min \d\d s more\.$/).waitFor();

    await ada.getByRole("spinbutton", { name: /Quality/ }).fill("4");
    await ada.getByRole("combobox", { name: /Verdict/ }).selectOption({ index: 1 });
    await noticed(ada, /^Handed in/, () => ada.getByRole("button", { name: "Hand in" }).click());
    const client = world.clientOf("lead");
    const results = client.evaluations.testCaseResults.list({ evaluation_id: id, limit: 10 });
    const spent = (await results).items.map(({ time_spent_labeling_s }) => time_spent_labeling_s);
    expect(spent).toContainEqual(expect.any(Number));
    await lead.getByText("No task is held right now.").waitFor();

    await lead.getByRole("link", { name: "Events" }).click();
    await rowsOf(lead, "Events").filter({ hasText: "claimed" }).waitFor();
    await rowsOf(lead, "Events").filter({ hasText: "completed" }).getByRole("link", { name: title! }).click();
    await lead.getByRole("textbox", { name: "Comment for the annotator" }).fill("Look at the second sentence.");
    await noticed(lead, /^Sent back/, () => lead.getByRole("button", { name: "Send back" }).click());
    await ada.getByText("“Look at the second sentence.”").waitFor();
    await ada.getByRole("button", { name: "Hand in" }).click();

    await noticed(lead, /^Approved/, () => lead.getByRole("button", { name: "Approve" }).click());
    await lead.getByRole("link", { name: "Overview" }).click();
    await lead.getByRole("link", { name: /^1\s*Approved/ }).click();
    await expect.poll(() => new URL(lead.url()).search, patience).toBe("?place=approved");
    await rowsOf(lead, "Tasks").getByRole("link", { name: title! }).waitFor();
  });

  it("fixes what was handed in: the auditor's answers take the place of the annotator's", async ({ world, expect }) => {
    const evaluation = await world.evaluation(3);
    const [task] = await tasksOf(world, evaluation);
    await world.handIn("ada", evaluation, task!);
    const page = await world.open("lead", `evaluations/${evaluation.id}/tasks/${task!.id}`);
    await act(page).getByRole("button", { name: "Fix…" }).click();
    await act(page).getByRole("textbox", { name: "Comment for the annotator" }).fill("One too many.");
    await act(page)
      .getByRole("spinbutton", { name: /Quality/ })
      .fill("2");
    await noticed(page, /^Fixed/, () => act(page).getByRole("button", { name: "Save the fix" }).click());
    await page.getByRole("region", { name: "Answers" }).getByText("Audit: fixed.").waitFor();
    const result = await world.clientOf("lead").evaluations.testCaseResults.retrieve({
      evaluation_id: evaluation.id,
      test_case_result_id: task!.test_case_result_id,
    });
    expect(result.result?.[evaluation.questions.quality]).toBe(2);
    expect([result.audit_status, result.audit_comment]).toEqual(["FIXED", "One too many."]);
    await page.getByRole("link", { name: "Overview" }).click();
    await page.getByRole("link", { name: /^1\s*Fixed by an auditor/ }).waitFor();
  });

  it("reassigns and releases a task, and takes both back", async ({ world, expect }) => {
    const evaluation = await world.evaluation(3);
    const held = await claim(world.clientOf("ada"), { evaluation_id: evaluation.id });
    if (held._tag !== "Claimed") throw new Error(`expected a task, got ${held._tag}`);
    const holder = async () => {
      const tasks = await tasksOf(world, evaluation);
      return JSON.stringify(tasks.find(({ id }) => id === held.task.id)?.assigned_to ?? null);
    };
    // Notices with their Undo are gone after a while.
    const { page } = await world.openHeld("lead", `evaluations/${evaluation.id}/tasks/${held.task.id}`);
    await act(page).getByRole("combobox", { name: "Assign to" }).fill("ben");
    await noticed(page, /^Assigned .* to ben\./, () =>
      act(page).getByRole("button", { name: "Assign", exact: true }).click(),
    );
    expect(await holder()).toContain("ben");
    await noticed(page, "Undone: 1 task as before.", () =>
      page.getByRole("region", { name: "Notices" }).getByRole("button", { name: "Undo", exact: true }).click(),
    );
    expect(await holder()).toContain("ada");
    await noticed(page, /^Released/, () => act(page).getByRole("button", { name: "Release" }).click());
    expect(await holder()).toBe("null");
    await page.getByRole("region", { name: "Notices" }).getByRole("button", { name: "Undo", exact: true }).click();
    await expect.poll(holder, patience).toContain("ada");
  });

  it("keeps what was typed while the task is with another user and when the page is loaded again", async ({
    world,
    expect,
  }) => {
    const { id } = await world.evaluation(3);
    const ada = await world.open("ada", `evaluations/${id}`);
    await noticed(ada, "Claimed.", () => ada.getByRole("button", { name: "Claim a task" }).click());
    const quality = ada.getByRole("spinbutton", { name: /Quality/ });
    const verdict = ada.getByRole("combobox", { name: /Verdict/ });
    await quality.fill("4");
    await verdict.selectOption("wrong");
    const { page: lead, elapse } = await world.openHeld("lead", new URL(ada.url()).pathname.slice(1));
    await act(lead).getByRole("combobox", { name: "Assign to" }).fill("ben");
    await act(lead).getByRole("button", { name: "Assign", exact: true }).click();
    await ada.getByText("It is not yours any more: another user has it.").waitFor();
    const notices = ada.getByRole("region", { name: "Notices" });
    expect(await notices.getByText("The task is yours until its deadline.").count()).toBe(0);
    await act(ada).getByText("Your answers are kept in this tab.").waitFor();
    await lead.getByRole("region", { name: "Notices" }).getByRole("button", { name: "Undo", exact: true }).click();
    await elapse();

    await quality.waitFor();
    expect([await quality.inputValue(), await verdict.inputValue()]).toEqual(["4", "wrong"]);
    await ada.getByText("It is not yours any more").waitFor({ state: "hidden" });
    await ada.reload();
    await quality.waitFor();
    expect([await quality.inputValue(), await verdict.inputValue()]).toEqual(["4", "wrong"]);
    await noticed(ada, /^Handed in/, () => ada.getByRole("button", { name: "Hand in" }).click());
    expect(await ada.evaluate("sessionStorage.length")).toBe(0);

    const comment = ada.getByRole("textbox", { name: "Comment for the annotator" });
    await comment.fill("Half a senten");
    await ada.getByRole("link", { name: "Overview" }).click();
    await ada.goBack();
    expect(await comment.inputValue()).toBe("Half a senten");
  });

  it("hands in until the deadline by the server's clock where the page's own is an hour ahead", async ({
    world,
    expect,
  }) => {
    const { id } = await world.evaluation(3);
    const context = await world.contextOf("ada");
    await context.addInitScript(`{
      const There = Date;
      const ahead = 3_600_000;
      globalThis.Date = class extends There {
        constructor(...args) {
          super(...(args.length === 0 ? [There.now() + ahead] : args));
        }
        static now() {
          return There.now() + ahead;
        }
      };
    }`);
    const ada = await world.open("ada", `evaluations/${id}`);
    await isLive(ada);
    await noticed(ada, "Claimed.", () => ada.getByRole("button", { name: "Claim a task" }).click());
    await ada.getByRole("spinbutton", { name: /Quality/ }).fill("4");
    await ada.getByRole("combobox", { name: /Verdict/ }).selectOption({ index: 1 });
    await noticed(ada, /^Handed in/, () => ada.getByRole("button", { name: "Hand in" }).click());
    expect(await ada.getByText("the assignment has expired").count()).toBe(0);
  });

  it("says why nothing was done where the server fails, until the reader has seen it", async ({ world, expect }) => {
    const evaluation = await world.evaluation(3);
    const [task] = await tasksOf(world, evaluation);
    const page = await world.open("lead", `evaluations/${evaluation.id}/tasks/${task!.id}`);
    await act(page).getByRole("combobox", { name: "Assign to" }).fill("ben");
    world.trouble = "down";
    await noticed(page, /^Reassigning failed: /, () =>
      act(page).getByRole("button", { name: "Assign", exact: true }).click(),
    );
    world.trouble = undefined;
    await page.getByRole("button", { name: /^Dismiss: Reassigning failed/ }).click();
    await expect.poll(() => page.getByRole("region", { name: "Notices" }).count(), patience).toBe(0);
    await page.getByRole("definition").getByText("unassigned", { exact: true }).waitFor();
  });

  it("distributes tasks by a plan: a dry run, the assignment, and its undo", async ({ world, expect }) => {
    const evaluation = await world.evaluation(8);
    const { page } = await world.openHeld("lead", `evaluations/${evaluation.id}/tasks?place=waiting`);
    await page.getByRole("checkbox", { name: /^Select all/ }).check();
    await page.getByRole("button", { name: /^Distribute 8…/ }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("checkbox", { name: "ada" }).check();
    await dialog.getByRole("checkbox", { name: "ben" }).check();
    const most = dialog.getByRole("textbox", { name: "At most for ben" });
    await most.fill("-3");
    await dialog.getByText("“At most” for ben is no whole number: -3").waitFor();
    expect(await dialog.getByRole("button", { name: /^Assign / }).isDisabled()).toBe(true);
    await most.fill("3");
    await dialog.getByText("Dry run: 8 of 8 tasks change hands, in 2 requests.").waitFor();
    await noticed(page, "Assigned 8 tasks by plan.", () =>
      dialog.getByRole("button", { name: "Assign 8 tasks" }).click(),
    );
    await page.getByText("No task matches").waitFor();
    const held = await tasksOf(world, evaluation);
    expect(held.filter(({ assigned_to }) => JSON.stringify(assigned_to)?.includes("ben"))).toHaveLength(3);
    await noticed(page, "Undone: 8 tasks as before.", () =>
      page.getByRole("button", { name: "Undo", exact: true }).click(),
    );
    await page.getByText("Tasks (8)").waitFor();
  });

  it("counts down by the server's clock, and says when an assignment has expired", async ({ world }) => {
    const { id } = await world.evaluation(3);
    // All that takes long is done before the last minute of the assignment begins; should it end sooner on a busy machine, that is seen, too.
    const [page, events] = await Promise.all([
      world.open("lead", `evaluations/${id}/assignments`),
      world.open("lead", `evaluations/${id}/events`),
    ]);
    await isLive(page);
    await isLive(events);
    const claimed = await claim(world.clientOf("ben"), { evaluation_id: id });
    assert(claimed._tag === "Claimed");
    // The people here see another clock than the server's: theirs is behind.
    world.clock.move(842_000);
    const row = rowsOf(page, "Active assignments").filter({ hasText: "ben" });
    await row.getByText(/^expires in [1-5]?\d s/).waitFor();
    await page.getByText("Within 1 min").waitFor();
    world.clock.moveToJustBefore(Date.parse(claimed.task.assignment_expires_at!));
    await rowsOf(events, "Events").filter({ hasText: "ben" }).getByText("expired").waitFor();
  });
});
