/**
 * Events around a watch, as fast-check commands: of the platform, the network, clocks and tabs. The
 * model is a plain map of what the platform holds.
 */
import * as Effect from "effect/Effect";
import * as fc from "fast-check";
import { type ScriptedPlatform, servers } from "../../src/testing/ScriptedPlatform.ts";
import type { Watch } from "../../src/watch/Watch.ts";
import type { stage } from "./watching.ts";

interface Held {
  status: string;
  holder: string | null;
  priority: number;
}

export interface Model {
  readonly tasks: Map<string, Held>;
}

export type Real = ReturnType<typeof stage> & { readonly live: Watch; readonly check: () => void };

type Move = fc.AsyncCommand<Model, Real, true>;

export type Moves = Iterable<Move>;

const ids = fc.nat(5).map((index) => `t${index}`);
const people = fc.constantFrom("ada", "bob");
const lengths = fc.constantFrom(1_500, 30_000, 90_000, 400_000);
const pauses = fc.constantFrom(15, 700, 2_500, 20_000, 70_000);

const move = (
  text: string,
  run: (model: Model, real: Real) => void | Promise<void>,
  check: (model: Model) => boolean = () => true,
): Move => ({
  check: async (model) => check(model),
  toString: () => text,
  run: async (model, real) => {
    await run(model, real);
    real.check();
  },
});

const on = (name: string, id: string, change: (task: Held, platform: ScriptedPlatform, model: Model) => void) =>
  move(
    `${name} ${id}`,
    (model, { platform }) => change(model.tasks.get(id)!, platform, model),
    (model) => model.tasks.has(id),
  );

const add = ids.map((id) =>
  move(
    `add ${id}`,
    (model, { platform }) => {
      model.tasks.set(id, { status: "PENDING", holder: null, priority: 1 });
      platform.add(id);
    },
    (model) => !model.tasks.has(id),
  ),
);

const remove = ids.map((id) =>
  move(
    `remove ${id}`,
    (model, { platform }) => {
      model.tasks.delete(id);
      platform.remove(id);
    },
    (model) => model.tasks.has(id),
  ),
);

const claim = fc.tuple(ids, people, lengths).map(([id, who, length]) =>
  on(`claim for ${who}, ${length} ms,`, id, (task, platform) => {
    task.holder = who;
    platform.claim(id, who, length);
  }),
);

const release = ids.map((id) =>
  on("release", id, (task, platform) => {
    task.holder = null;
    platform.release(id);
  }),
);

const status = fc.tuple(ids, fc.constantFrom("PENDING", "COMPLETED", "PENDING_REDO", "FIXED")).map(([id, to]) =>
  on(`make ${to}`, id, (task, platform) => {
    task.status = to;
    platform.set(id, { status: to });
  }),
);

const touch = fc.tuple(ids, fc.nat(3)).map(([id, priority]) =>
  on(`prioritise ${priority}`, id, (task, platform) => {
    task.priority = priority;
    platform.set(id, { priority });
  }),
);

const assign = fc
  .tuple(ids, people, fc.constantFrom("succeeded", "refused", "unclear, done", "unclear, not done"), fc.nat(3_000))
  .map(([id, who, fate, millis]) =>
    on(`assign to ${who}, ${fate}, in ${millis} ms,`, id, (_, platform, model) => {
      const isCarriedOut = fate === "succeeded" || fate === "unclear, done";
      const outcome = fate === "succeeded" || fate === "refused" ? fate : "unclear";
      Effect.runFork(
        platform.write({ assigned_to: who }, id, {
          outcome,
          isCarriedOut,
          millis,
          // Others may have moved the task meanwhile: what the write does, it does to what is there then.
          onCarriedOut: () => {
            const task = model.tasks.get(id);
            if (task !== undefined) task.holder = who;
          },
        }),
      );
    }),
  );

const fail = fc
  .tuple(fc.constantFrom(servers.down, servers.busy, servers.gone, servers.garbled), fc.integer({ min: 1, max: 4 }))
  .map(([reason, times]) =>
    move(`fail ${times} requests (${reason._tag})`, (_, { platform }) => {
      for (let count = 0; count < times; count++) platform.faults.push({ _tag: "Fail", reason });
    }),
  );

const slow = fc
  .constantFrom(500, 8_000, 45_000)
  .map((millis) =>
    move(
      `slow down a request by ${millis} ms`,
      (_, { platform }) => void platform.faults.push({ _tag: "Slow", millis }),
    ),
  );

const pass = pauses.map((millis) => move(`wait ${millis} ms`, (_, { clock }) => clock.advance(millis)));

const jump = fc.constantFrom("12 hours" as const, "3 seconds" as const, "-1 hours" as const).map((by) =>
  move(`jump ${by}`, (_, { clock }) => {
    if (by.startsWith("-")) clock.jump(-3_600_000);
    else clock.jump(by);
  }),
);

const tab = fc
  .record({ visible: fc.boolean(), online: fc.boolean() })
  .map((state) => move(`become ${JSON.stringify(state)}`, (_, real) => real.tab.become(state)));

const life = [add, remove, claim, release, status, touch];

/** Only what the platform does, and time. */
export const calmCommands = (maxCommands = 40) =>
  fc.commands([...life, pass, pass, pass], { maxCommands, size: "max" });

/** Everything, everywhere. */
export const faultCommands = (maxCommands = 60) =>
  fc.commands([...life, assign, fail, slow, pass, pass, pass, pass, jump, tab], { maxCommands, size: "max" });

const modelOf = (platform: ScriptedPlatform): Model => ({
  tasks: new Map(
    Array.from(platform.tasks.values(), (row) => [
      row.id,
      { status: row.status, holder: row.assigned_to, priority: row.priority ?? 0 },
    ]),
  ),
});

/** Plays commands on a stage and leaves the network healed. */
export const play = async (on: ReturnType<typeof stage>, live: Watch, commands: Moves): Promise<void> => {
  await fc.asyncModelRun(
    () => ({ model: modelOf(on.platform), real: { ...on, live, check: () => undefined } }),
    commands,
  );
  on.platform.faults.length = 0;
  on.tab.become({ visible: true, online: true });
};
