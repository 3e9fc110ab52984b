/** The page in a real browser: what it says without being looked at. */
import { claim } from "@evalwire/tasks";
import { assert, describe } from "vitest";
import { missing, type Page } from "../browser.ts";
import { isLive, it, type Person, patience } from "./World.ts";

/** In the place of what only the desktop could show, and of the moment a tone is heard. */
const ears = `
  globalThis.heard = { notifications: [], tones: 0, asked: 0 };
  globalThis.Notification = class {
    static permission = "default";
    static async requestPermission() {
      heard.asked++;
      return (this.permission = "granted");
    }
    constructor(title, { body }) {
      heard.notifications.push(title + ": " + body);
    }
  };
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function () {
    heard.tones++;
    return start.apply(this, arguments);
  };
`;

interface Heard {
  readonly notifications: ReadonlyArray<string>;
  readonly tones: number;
  readonly asked: number;
}

const heard = (page: Page) => page.evaluate("heard") as Promise<Heard>;

describe.skipIf(missing.length > 0).concurrent("alerts", { timeout: 240_000 }, () => {
  it("shows and sounds nothing until it is turned on, remembers that, and then does both, once for many", async ({
    world,
    expect,
  }) => {
    const { id } = await world.evaluation(4);
    const endOf = async (person: Person): Promise<number> => {
      const claimed = await claim(world.clientOf(person), { evaluation_id: id });
      assert(claimed._tag === "Claimed");
      return Date.parse(claimed.task.assignment_expires_at!);
    };
    const ofBen = await endOf("ben");
    world.clock.move(200_000);
    const ofAda = await endOf("ada");
    // Ben has four minutes left, Ada seven.
    world.clock.move(460_000);
    const context = await world.contextOf("lead");
    await context.addInitScript(ears);
    const page = await world.open("lead", `evaluations/${id}`);
    await isLive(page);
    await page.locator("summary", { hasText: "Alerts" }).click();
    const [notifies, sounds] = [
      page.getByRole("checkbox", { name: "Desktop notifications" }),
      page.getByRole("checkbox", { name: "Sound" }),
    ];
    expect([await notifies.isChecked(), await sounds.isChecked()]).toEqual([false, false]);

    world.clock.moveToJustBefore(ofBen);
    await page.getByRole("status").filter({ hasText: "expired" }).waitFor();
    expect(await heard(page)).toEqual({ notifications: [], tones: 0, asked: 0 });

    await notifies.check();
    await sounds.check();
    world.clock.moveToJustBefore(ofAda - 60_000);
    // The jump may cost the connection, and that is another alert.
    const ofLease = ({ notifications }: Heard) =>
      notifications.filter((text) => /^evalwire: .*expir(ing|ed)/.test(text));
    await expect.poll(async () => ofLease(await heard(page)).length, patience).toBe(1);
    const { notifications, tones, asked } = await heard(page);
    expect(asked).toBe(1);
    expect(tones).toBe(notifications.length);

    await page.reload();
    await isLive(page);
    await page.locator("summary", { hasText: "Alerts" }).click();
    expect([await notifies.isChecked(), await sounds.isChecked()]).toEqual([true, true]);
  });
});
