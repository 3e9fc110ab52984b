/** Everything around the watch: time, two machines' clocks, the network, the server, the people, and a browser tab. */
import { SimulatedClock } from "@evalwire/core/testing";
import { Chance } from "../Chance.ts";
import type { Settings } from "../Plan.ts";
import { Trace } from "../Trace.ts";
import { Network } from "./Network.ts";
import { People } from "./People.ts";
import { ServerRoom } from "./ServerRoom.ts";
import { Tab } from "./Tab.ts";
import { Timepiece } from "./Timepiece.ts";

export class World {
  readonly time: SimulatedClock;
  readonly trace: Trace;
  readonly settings: Settings;
  readonly seed: number;
  readonly clientClock: Timepiece;
  readonly room: ServerRoom;
  readonly network: Network;
  readonly people: People;
  readonly tab = new Tab();

  private constructor(parts: {
    readonly seed: number;
    readonly settings: Settings;
    readonly time: SimulatedClock;
    readonly trace: Trace;
    readonly room: ServerRoom;
  }) {
    this.seed = parts.seed;
    this.settings = parts.settings;
    this.time = parts.time;
    this.trace = parts.trace;
    this.room = parts.room;
    this.clientClock = new Timepiece(parts.time, parts.settings.clientOffsetMillis);
    const { serve, operate, history, evaluationId } = parts.room;
    this.network = new Network({
      time: parts.time,
      chance: new Chance(parts.seed, "network"),
      trace: parts.trace,
      serverClock: parts.room.clock,
      serve,
    });
    this.people = new People({ evaluationId, serve, operate, history, newResult: () => parts.room.newResult() });
  }

  static async open(
    seed: number,
    settings: Settings,
    options: { readonly isTraced: boolean; readonly onFault: (error: unknown) => void },
  ): Promise<World> {
    const time = new SimulatedClock();
    const trace = new Trace(time, options.isTraced);
    const room = await ServerRoom.open({
      time,
      trace,
      clockOffsetMillis: settings.serverOffsetMillis,
      tasks: settings.tasks,
      policy: settings.policy,
      onFault: options.onFault,
    });
    return new World({ seed, settings, time, trace, room });
  }

  /** The machine of the watch sleeps: its timers stand still, and everybody's clock goes on. */
  sleep(millis: number): void {
    this.time.jump(millis);
  }

  close(): Promise<void> {
    return this.room.close();
  }
}
