/**
 * One simulation from beginning to end: the real client and the real watch against the real embedded server.
 *
 * Everything in it follows from the seed and the number of steps. The same two give the same trace, byte for byte.
 */

import { end } from "./ending.ts";
import { make, usualSteps } from "./Plan.ts";
import { play } from "./play.ts";
import { Assertions, type Broken } from "./promises/Assertions.ts";
import { Session } from "./Session.ts";
import type { TestDoubles } from "./TestDoubles.ts";
import { type Fault, faultsOf } from "./world/Deployment.ts";
import type { Api } from "./world/ServerHost.ts";
import { World } from "./world/World.ts";

export interface Options {
  /** How many steps are played before the end; 30 by default. */
  readonly steps?: number;
  /** Whether to write down what happens. */
  readonly isTraced?: boolean;
  /** The faults of the deployment; drawn by default. */
  readonly faults?: ReadonlyArray<Fault>;
  /** The version of the API; drawn by default. */
  readonly api?: Api;
  readonly doubles?: TestDoubles;
}

export interface Outcome {
  readonly seed: number;
  /** The first promise that was seen broken; `undefined` when all were kept. */
  readonly broken: Broken | undefined;
  /** The log, line by line; empty unless traced. */
  readonly trace: ReadonlyArray<string>;
  /** The faults of its deployment. */
  readonly faults: ReadonlyArray<Fault>;
  /** The version of the API it was played on. */
  readonly api: Api;
  /** Its totals: polls sent, events emitted, and simulated milliseconds. */
  readonly counts: {
    readonly polls: number;
    readonly events: number;
    readonly millis: number;
    /** Changes reported by a history as consecutive versions, and those for which it could not say so. */
    readonly exact: number;
    readonly loose: number;
  };
}

const inWords = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

export const simulate = async (seed: number, options: Options = {}): Promise<Outcome> => {
  const { steps = usualSteps, isTraced = false, doubles = {} } = options;
  const plan = make(seed, steps, options.faults, options.api);
  let elapsed = () => 0;
  const assertions = new Assertions(() => elapsed());
  const onFault = (error: unknown) => assertions.hold(0, false, () => `the server fails: ${inWords(error)}`);
  const world = await World.open(seed, plan.settings, {
    isTraced,
    onFault,
    deployment: plan.deployment,
    api: plan.api,
  });
  elapsed = () => world.trace.elapsed;
  world.trace.note(() => `seed ${seed} on ${plan.api}: ${JSON.stringify(plan.settings)} ${plan.ending}`);
  world.trace.note(() => `deployment: ${JSON.stringify(plan.deployment)}`);
  const session = new Session(world, "watched", assertions, doubles);
  const stage = { world, session, assertions };
  try {
    await play(stage, plan);
    await end(stage, plan, doubles);
  } catch (error) {
    assertions.hold(0, false, () => inWords(error));
  }
  if (assertions.broken !== undefined) await session.close();
  await world.close();
  return {
    seed,
    broken: assertions.broken,
    trace: world.trace.lines,
    faults: faultsOf(plan.deployment),
    api: plan.api,
    counts: {
      polls: session.traffic.total,
      events: session.main?.received.length ?? 0,
      millis: world.trace.elapsed,
      ...(session.main?.versions ?? { exact: 0, loose: 0 }),
    },
  };
};
