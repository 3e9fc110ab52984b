/** Carries out the steps of a plan, and looks after each of them whether every promise is kept. */
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import type { Position } from "./Audience.ts";
import { Chance } from "./Chance.ts";
import { type Deed, type Plan, type Step, sleepMillis } from "./Plan.ts";
import type { Verdict } from "./promises/Verdict.ts";
import type { Session } from "./Session.ts";
import { calm } from "./world/Fate.ts";
import type { World } from "./world/World.ts";

/** What the steps of one simulation work on. */
export interface Stage {
  readonly world: World;
  readonly session: Session;
  readonly verdict: Verdict;
}

const describe = (deed: Deed): string => {
  const { _tag, ...rest } = deed;
  return deed._tag === "Weather" ? `Weather ${deed.weather.name}` : `${_tag} ${JSON.stringify(rest)}`;
};

class Actor {
  readonly #stage: Stage;
  #position: Position | undefined;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Does one thing now. */
  async carryOut(deed: Deed, chance: Chance): Promise<void> {
    const { world, session, verdict } = this.#stage;
    const { network, tab, room, clientClock, trace } = world;
    trace.note(() => describe(deed));
    switch (deed._tag) {
      case "People":
        return world.people.act(deed.deed, chance);
      case "Own": {
        const write = session.own.start(deed.kind, chance);
        if (write !== undefined) session.checkStarted(write);
        return;
      }
      case "Weather":
        network.weather = deed.weather;
        return;
      case "Sleep":
        world.sleep(sleepMillis);
        if (network.weather === calm && !session.isResting && tab.isOnline() && tab.isVisible()) session.waking.woke();
        return;
      case "SetClient":
        clientClock.set(deed.byMillis);
        return;
      case "SetServer":
        room.clock.set(deed.byMillis);
        return;
      case "Tab":
        session.become(deed);
        return;
      case "Join":
        if (!session.isResting) session.join(deed.manner, chance.is(0.4));
        return;
      case "Leave":
        session.leave();
        return;
      case "TakeCursor":
        this.#position = session.position();
        return;
      case "Open":
        if (!session.isResting && (!deed.hasCursor || this.#position !== undefined)) {
          session.openAnother(deed.hasCursor ? this.#position : undefined);
        }
        return;
      case "Close":
        return session.closeAnother();
      case "Rest":
        await session.rest();
        verdict.hold(11, session.traffic.open === 0, () => "nobody listens, and a poll is still under way");
        return;
    }
  }
}

const takeStep = async (stage: Stage, actor: Actor, step: Step, number: number): Promise<void> => {
  const { world, session } = stage;
  const { time, trace } = world;
  trace.note(() => `── step ${number}`);
  const begin = async (index: number): Promise<void> => {
    const { at, deed } = step.moments[index]!;
    if (at > 0) await Effect.runPromise(time.sleep(Duration.millis(at)));
    await actor.carryOut(deed, new Chance(world.seed, "deed", number, index));
  };
  const deeds = step.moments.map((_, index) => begin(index));
  await time.advance(step.lastsMillis);
  await Promise.all(deeds);
  session.check();
  if (session.isResting) {
    session.wake();
    await time.advance(0);
    session.check();
  }
};

/** Plays the plan until its end, or until a promise is broken. */
export const play = async (stage: Stage, plan: Plan): Promise<void> => {
  const actor = new Actor(stage);
  for (const [index, step] of plan.steps.entries()) {
    await takeStep(stage, actor, step, index + 1);
    if (stage.verdict.broken !== undefined) return;
  }
};
