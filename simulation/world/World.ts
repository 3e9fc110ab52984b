/** Everything around the watch: time, two machines' clocks, the network, the server, its other users, and a browser. */
import { SimulatedClock } from "@evalwire/core/testing";
import type { Settings } from "../Plan.ts";
import { Rng } from "../Rng.ts";
import { Trace } from "../Trace.ts";
import { Actors, type Action as ResultAction } from "./Actors.ts";
import { BrowserEnv } from "./BrowserEnv.ts";
import { type Deployment, plain } from "./Deployment.ts";
import { Network } from "./Network.ts";
import { type Api, ServerHost } from "./ServerHost.ts";
import { SkewedClock } from "./SkewedClock.ts";
import { type Action as ItemAction, ItemActors } from "./v5/ItemActors.ts";

/** All other users who work on the evaluation. */
export interface Others {
  act(action: ResultAction | ItemAction, rng: Rng): Promise<void>;
}

const othersOf = ({ subject, serve, operate, history, evaluationId }: ServerHost): Others => {
  const common = { evaluationId, serve, history };
  if (subject.api === "v5") {
    const { database, questionId } = subject;
    return new ItemActors({ ...common, database, operate, questionId });
  }
  const { database, newResult } = subject;
  return new Actors({ ...common, operate: (change) => operate(() => change(database)), newResult: () => newResult });
};

export class World {
  readonly time: SimulatedClock;
  readonly trace: Trace;
  readonly settings: Settings;
  readonly seed: number;
  readonly clientClock: SkewedClock;
  readonly host: ServerHost;
  readonly network: Network;
  readonly actors: Others;
  readonly browser = new BrowserEnv();

  private constructor(parts: {
    readonly seed: number;
    readonly settings: Settings;
    readonly time: SimulatedClock;
    readonly trace: Trace;
    readonly host: ServerHost;
  }) {
    this.seed = parts.seed;
    this.settings = parts.settings;
    this.time = parts.time;
    this.trace = parts.trace;
    this.host = parts.host;
    this.clientClock = new SkewedClock(parts.time, parts.settings.clientOffsetMillis, parts.host.deployment.clientPpm);
    this.network = new Network({
      time: parts.time,
      rng: new Rng(parts.seed, "network"),
      trace: parts.trace,
      serverClock: parts.host.clock,
      serve: parts.host.serve,
      bytesPerSecond: parts.host.deployment.bytesPerSecond,
    });
    this.actors = othersOf(parts.host);
  }

  static async open(
    seed: number,
    settings: Settings,
    options: {
      readonly isTraced: boolean;
      readonly onFault: (error: unknown) => void;
      readonly deployment?: Deployment;
      readonly api?: Api;
    },
  ): Promise<World> {
    const time = new SimulatedClock();
    const trace = new Trace(time, options.isTraced);
    const host = await ServerHost.open({
      time,
      trace,
      clockOffsetMillis: settings.serverOffsetMillis,
      tasks: settings.tasks,
      policy: settings.policy,
      onFault: options.onFault,
      deployment: options.deployment ?? plain,
      seed,
      ...(options.api === undefined ? {} : { api: options.api }),
    });
    return new World({ seed, settings, time, trace, host });
  }

  /** The machine of the watch sleeps: its timers stand still, and all other clocks go on. */
  sleep(millis: number): void {
    this.time.jump(millis);
    this.clientClock.overslept();
  }

  close(): Promise<void> {
    return this.host.close();
  }
}
