/** Carries out the steps of a plan, and looks after each of them whether every promise is kept. */
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import type { Position } from "./Audience.ts";
import { type Action, type Plan, type Step, sleepMillis } from "./Plan.ts";
import type { Assertions } from "./promises/Assertions.ts";
import { Rng } from "./Rng.ts";
import type { Session } from "./Session.ts";
import { calm } from "./world/NetworkOutcome.ts";
import type { World } from "./world/World.ts";

/** The objects that the steps of one simulation work on. */
export interface Stage {
  readonly world: World;
  readonly session: Session;
  readonly assertions: Assertions;
}

const describe = (action: Action): string => {
  const { _tag, ...rest } = action;
  return action._tag === "FaultProfile"
    ? `FaultProfile ${action.faultProfile.name}`
    : `${_tag} ${JSON.stringify(rest)}`;
};

class Executor {
  readonly #stage: Stage;
  #position: Position | undefined;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Carries out one action. */
  async carryOut(action: Action, rng: Rng): Promise<void> {
    const { world, session, assertions } = this.#stage;
    const { network, browser, host, clientClock, trace } = world;
    trace.note(() => describe(action));
    switch (action._tag) {
      case "Actors":
        return world.actors.act(action.action, rng);
      case "Own": {
        const write = session.own.start(action.kind, rng);
        if (write !== undefined) session.checkStarted(write);
        return;
      }
      case "FaultProfile":
        network.faultProfile = action.faultProfile;
        return;
      case "Sleep":
        world.sleep(sleepMillis);
        if (network.faultProfile === calm && !session.isResting && browser.isOnline() && browser.isVisible())
          session.waking.woke();
        return;
      case "SetClient":
        clientClock.set(action.byMillis);
        return;
      case "SetServer":
        host.clock.set(action.byMillis);
        return;
      case "BrowserEnv":
        session.become(action);
        return;
      case "Join":
        if (!session.isResting) session.join(action.manner, rng.is(0.4));
        return;
      case "Leave":
        session.leave();
        return;
      case "TakeCursor":
        this.#position = session.position();
        return;
      case "Open":
        if (!session.isResting && (!action.hasCursor || this.#position !== undefined)) {
          session.openAnother(action.hasCursor ? this.#position : undefined);
        }
        return;
      case "Close":
        return session.closeAnother();
      case "Rest":
        await session.rest();
        assertions.hold(11, session.traffic.open === 0, () => "there are no listeners, and a poll is still under way");
        return;
    }
  }
}

const takeStep = async (stage: Stage, executor: Executor, step: Step, number: number): Promise<void> => {
  const { world, session } = stage;
  const { time, trace } = world;
  trace.note(() => `── step ${number}`);
  const begin = async (index: number): Promise<void> => {
    const { at, action } = step.moments[index]!;
    if (at > 0) await Effect.runPromise(time.sleep(Duration.millis(at)));
    await executor.carryOut(action, new Rng(world.seed, "deed", number, index));
  };
  const actions = step.moments.map((_, index) => begin(index));
  await time.advance(step.lastsMillis);
  await Promise.all(actions);
  session.check();
  if (session.isResting) {
    session.wake();
    await time.advance(0);
    session.check();
  }
};

/** Plays the plan until its end, or until a promise is broken. */
export const play = async (stage: Stage, plan: Plan): Promise<void> => {
  const executor = new Executor(stage);
  for (const [index, step] of plan.steps.entries()) {
    await takeStep(stage, executor, step, index + 1);
    if (stage.assertions.broken !== undefined) return;
  }
};
