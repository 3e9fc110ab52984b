/** A program in Effect sees what it does with tasks by its own tracer, and the calls under it. */
import { Sgp, type Transport } from "@evalwire/core";
import * as tasks from "@evalwire/tasks/effect";
import * as Effect from "effect/Effect";
import * as Tracer from "effect/Tracer";
import { expect, it } from "vitest";

const fetch = async () => Response.json(null);
const layer = Sgp.layer({ apiKey: "key", fetch });
const task = { id: "t1", status: "PENDING", task_entity_parent_id: "e1", task_entity_id: "r1" };
const plan = { moves: [{ taskId: "t1", from: null, to: "ada" }] };
const items = [{ evaluation_item_id: "i1", annotator: "ada" }];

/** The name of each public function, and a call of it. */
const operations: Readonly<Record<string, () => Effect.Effect<unknown, unknown, Transport>>> = {
  claim: () => tasks.claim({ evaluation_id: "e1" }),
  skip: () => tasks.skip({ evaluation_id: "e1", task_id: "t1" }),
  submit: () => tasks.submit({ task, heldUntil: 0, result: {} }),
  save: () => tasks.save({ task, result: {} }),
  assign: () => tasks.assign({ evaluation_id: "e1", task_ids: ["t1"], assigned_to: "ada" }),
  "audit.approve": () => tasks.audit.approve({ task }),
  "audit.fix": () => tasks.audit.fix({ task, result: {} }),
  "audit.requestRevision": () => tasks.audit.requestRevision({ task }),
  "v5.assign": () => tasks.v5.assign({ plan }),
  "v5.audit.assign": () =>
    tasks.v5.audit.assign({ evaluation_id: "e1", queue_id: "q", items, level_1_assigned_to: "ben" }),
  "v5.audit.approve": () => tasks.v5.audit.approve({ ids: ["t1"] }),
  "v5.audit.requestRevision": () => tasks.v5.audit.requestRevision({ ids: ["t1"] }),
  runWorker: () => tasks.runWorker({ evaluation_id: "e1", stopWhenEmpty: true }, () => Effect.succeed({ result: {} })),
};

/** Those that do nothing with the platform: they compute, or make a layer. */
const others = ["audit.sample", "v5.audit.conflicts", "workerLayer", "RunningWorker"];

it("the list is whole", () => {
  const names = (of: object, prefix = ""): ReadonlyArray<string> =>
    Object.entries(of).flatMap(([name, value]) =>
      typeof value === "function" ? [`${prefix}${name}`] : names(value as object, `${prefix}${name}.`),
    );
  expect(names(tasks).toSorted()).toEqual([...Object.keys(operations), ...others].toSorted());
});

it.each(Object.entries(operations))(
  "%s is a span, and the calls that it makes are its children",
  async (name, work) => {
    const spans: Array<Tracer.NativeSpan> = [];
    const tracer = Tracer.make({
      span: (options) => {
        const span = new Tracer.NativeSpan(options);
        spans.push(span);
        return span;
      },
    });
    await Effect.runPromise(Effect.ignore(work()).pipe(Effect.withTracer(tracer), Effect.provide(layer)));
    const [own, ...others] = spans.filter((span) => span.name.startsWith("evalwire "));
    expect([own!.name, own!.status._tag]).toEqual([`evalwire tasks.${name}`, "Ended"]);
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    for (const other of others) {
      let root: Tracer.NativeSpan = other;
      while (root.parent._tag === "Some") root = byId.get(root.parent.value.spanId)!;
      expect([other.name, root.name]).toEqual([other.name, own!.name]);
    }
  },
);
