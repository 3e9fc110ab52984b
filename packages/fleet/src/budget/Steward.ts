/**
 * The fleet's own office: its holder grants the budget of requests, and moves the fleet to a newer format of the feed once all of its
 * replicas know it.
 *
 * No log refuses what its holder grants. One that is cut off from the others together with its NATS node hears its own beats all the same, so it has the
 * leader of the epochs confirm its office, and gives it up before the shares that it keeps for the others lapse.
 */

import type { Engine } from "../engine/Engine.ts";
import type { Names } from "../engine/Names.ts";
import { within } from "../engine/patiently.ts";
import type { Time } from "../engine/Time.ts";
import { raise } from "../membership/Charter.ts";
import type { Formats } from "../membership/Formats.ts";
import type { Held, Members } from "../membership/Members.ts";
import { BudgetOwner } from "./BudgetOwner.ts";

export const stewardOffice = "budget";

const confirmMillis = 2_000;
/** Longer than the election of a stream's leader takes, and shorter than a replica may spend its share. */
const unconfirmedMillis = 8_000;

export interface StewardDeps {
  readonly engine: Engine;
  readonly names: Names;
  readonly members: Members;
  readonly formats: Formats;
  readonly time: Time;
  readonly perMinute: number;
  readonly onFailure: (error: unknown) => void;
}

export class Steward {
  readonly #deps: StewardDeps;
  readonly #abort = new AbortController();
  readonly #running: Promise<void>;
  #isRaising = false;

  constructor(deps: StewardDeps) {
    this.#deps = deps;
    this.#running = this.#run();
  }

  /** Leaves office for good; resolves when another can be elected. */
  async close(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { members, onFailure } = this.#deps;
    const { signal } = this.#abort;
    while (!signal.aborted) {
      let held: Held;
      try {
        held = await members.campaign(stewardOffice, signal);
      } catch (error) {
        if (!signal.aborted) onFailure(error);
        return;
      }
      await this.#serve(held);
      await held.resign();
    }
  }

  async #serve(held: Held): Promise<void> {
    const { engine, names, members, time, perMinute, onFailure } = this.#deps;
    const { signal } = this.#abort;
    const options = { nc: engine.nc, subject: names.budget, perMinute, time, onFailure };
    const owner = new BudgetOwner(options, () => members.list().length);
    const leave = members.onChange(() => void this.#raise());
    const over = new AbortController();
    void this.#confirm(held, over.signal);
    await new Promise<void>((resolve) => {
      held.lost.addEventListener("abort", () => resolve(), { once: true });
      signal.addEventListener("abort", () => resolve(), { once: true });
      if (held.lost.aborted || signal.aborted) resolve();
    });
    leave();
    owner.close();
    over.abort();
  }

  async #confirm(held: Held, over: AbortSignal): Promise<void> {
    const { members, time, onFailure } = this.#deps;
    let confirmedAt = time.now();
    for (;;) {
      await time.sleep(confirmMillis, over);
      if (over.aborted) return;
      try {
        const isNewest = await within(time, confirmMillis, members.isNewest(held));
        if (!isNewest) return void held.resign();
        confirmedAt = time.now();
      } catch (error) {
        if (over.aborted) return;
        if (time.now() < confirmedAt + unconfirmedMillis) continue;
        onFailure(error);
        return void held.resign();
      }
    }
  }

  async #raise(): Promise<void> {
    const { engine, names, members, formats, onFailure } = this.#deps;
    if (this.#isRaising || !members.isSettled) return;
    const next = formats.common(members.known().map(({ facts }) => facts.formats));
    if (next === formats.current) return;
    this.#isRaising = true;
    try {
      await raise(engine, names, formats, next);
    } catch (error) {
      onFailure(error);
    } finally {
      this.#isRaising = false;
    }
  }
}
