import { describe, expect, it } from "vitest";
import {
  definePlugin,
  type PluginDefinition,
  type PluginHost,
  SGPClient,
  type SGPClientOptions,
  SgpError,
} from "../../src/index.ts";
import { key, script } from "../client/script.ts";
import { faces, evaluation as make } from "./evaluation.ts";

declare module "../../src/plugin/PluginResources.ts" {
  interface PluginResources {
    readonly journal: { readonly lines: ReadonlyArray<string> };
  }
}

const plugin = (name: string, setup: PluginDefinition["setup"], more: Partial<PluginDefinition> = {}) =>
  definePlugin({ name, setup, ...more });

const making = (plugins: ReadonlyArray<unknown>): string => {
  try {
    return `made ${new SGPClient({ apiKey: key, plugins: plugins as NonNullable<SGPClientOptions["plugins"]> })}`;
  } catch (error) {
    expect((error as SgpError).reason._tag).toBe("Invalid");
    return (error as SgpError).message;
  }
};

it("middleware lie around every attempt like an onion, the first declared outermost", async () => {
  const log: Array<string> = [];
  const middleware = (name: string) =>
    plugin(name, (host) => {
      host.around(async (request, next) => {
        log.push(`${name} > ${request.attempt}`);
        const response = await next({ ...request, headers: { ...request.headers, [`x-${name}`]: "1" } });
        log.push(`${name} < ${response.status}`);
        return response;
      });
    });
  const { fetch, asked, clock } = script((_, index) => Response.json(null, { status: index === 0 ? 503 : 200 }));
  const client = new SGPClient({ apiKey: key, fetch, clock, plugins: [middleware("a"), middleware("b")] });
  await clock.until(client.evaluations.tasks.update({ evaluation_id: "e1", task_id: "t1" }));
  expect(log).toEqual(["a > 1", "b > 1", "b < 503", "a < 503", "a > 2", "b > 2", "b < 200", "a < 200"]);
  expect(asked[1]?.headers).toMatchObject({ "x-a": "1", "x-b": "1" });
});

const nothing = () => undefined;

it.each<[string, ReadonlyArray<unknown>, string]>([
  ["two of one name", [plugin("a", nothing), plugin("a", nothing)], 'plugins[1]: there is another plugin named "a"'],
  [
    "one that requires another that is not there",
    [plugin("a", nothing, { requires: ["b"] })],
    'plugins[0]: "a" requires "b", which is not declared before it',
  ],
  [
    "one that requires another that comes later",
    [plugin("a", nothing, { requires: ["b"] }), plugin("b", nothing)],
    'plugins[0]: "a" requires "b", which is not declared before it',
  ],
  ["one without a name", [plugin("", nothing)], "plugins[0]: has no name"],
  ["one without a setup", [plugin("a", undefined as never)], 'plugins[0]: "a" has no setup'],
  ["something else", [{ name: "a", setup: nothing }], "plugins[0]: was not made by definePlugin"],
  ["nothing", [undefined], "plugins[0]: was not made by definePlugin"],
])("declarations that cannot be right are refused: %s", (_, plugins, message) => {
  expect(making(plugins)).toBe(`SGPClient: ${message}`);
});

it("await using closes", async () => {
  const seen: Array<string> = [];
  {
    await using client = new SGPClient({ apiKey: key, plugins: [plugin("a", () => () => seen.push("closed"))] });
    expect(client.baseURL).toBe("https://api.egp.scale.com");
  }
  expect(seen).toEqual(["closed"]);
});

describe.each(faces)("through the face in %s", (face) => {
  const evaluation = (options: Parameters<typeof make>[0]) => make(options, face);

  it("plugins are set up in their order, and closed in the reverse one; calls wait until all are set up", async () => {
    const log: Array<string> = [];
    const logged = (name: string, minutes: number) =>
      plugin(name, async (host) => {
        log.push(`${name} begins`);
        await host.sleep(minutes * 1_000);
        log.push(`${name} is up`);
        return async () => {
          log.push(`${name} closes`);
          await client.evaluations.claimTask("e1");
          log.push(`${name} is closed`);
        };
      });
    const { client, clock } = evaluation({
      plugins: [logged("a", 3), logged("b", 1), plugin("c", () => void log.push("c"))],
    });
    const call = client.evaluations.claimTask("e1").then(() => log.push("called"));
    await clock.until(call);
    await clock.until(client.close());
    expect(log).toEqual([
      "a begins",
      "a is up",
      "b begins",
      "b is up",
      "c",
      "called",
      "b closes",
      "b is closed",
      "a closes",
      "a is closed",
    ]);
    await client.close();
    expect(log).toHaveLength(10);
    expect(clock.pending).toBe(0);
  });

  it("a plugin calls the platform while it is set up, without waiting for itself", async () => {
    const { client, reported } = evaluation({
      plugins: [
        plugin("curious", async (host) => {
          const { id } = await host.client.evaluations.retrieve("e1");
          host.provide("first", id);
        }),
      ],
    });
    await client.evaluations.claimTask("e1");
    expect(client.resource("first")).toBe("e1");
    expect(reported()).toEqual([]);
  });

  it("a setup that fails leaves its plugin out, with all it registered, and those that require it; the others work", async () => {
    const seen: Array<string> = [];
    const seeing = (name: string) => (host: PluginHost) => {
      host.around((request, next) => {
        seen.push(name);
        return next(request);
      });
    };
    const { client, reported } = evaluation({
      plugins: [
        plugin("throws", (host) => {
          seeing("throws")(host);
          throw new Error("not my day");
        }),
        plugin("rejects", async (host) => {
          seeing("rejects")(host);
          throw new Error("nor mine");
        }),
        plugin("dependent", seeing("dependent"), { requires: ["rejects"] }),
        plugin("works", seeing("works")),
      ],
    });
    await client.evaluations.claimTask("e1");
    expect(seen).toEqual(["works"]);
    expect(reported()).toEqual([
      "plugin throws (being set up): not my day",
      "plugin rejects (being set up): nor mine",
      "plugin dependent: left out, since rejects, which it requires, could not be set up",
    ]);
    await client.close();
  });

  it("a setup that takes too long is given up, and undone should it ever be done", async () => {
    const log: Array<string> = [];
    const gate = Promise.withResolvers<void>();
    const { client, clock, reported } = evaluation({
      plugins: [
        plugin(
          "slow",
          async (host) => {
            await gate.promise;
            host.provide("late", 1);
            return () => log.push("undone");
          },
          { limits: { setup: "3 seconds" } },
        ),
      ],
    });
    const began = clock.now();
    await clock.until(client.evaluations.claimTask("e1"));
    expect(clock.now() - began).toBe(3_000);
    expect(reported()).toEqual(["plugin slow (being set up): its setup takes longer than 3000 ms"]);
    gate.resolve();
    await clock.advance(0);
    expect(log).toEqual(["undone"]);
    expect(client.resource("late")).toBeUndefined();
  });

  it("a close that fails or takes too long is reported, and the others are closed", async () => {
    const log: Array<string> = [];
    const { client, clock, reported } = evaluation({
      plugins: [
        plugin("last", () => () => log.push("last")),
        plugin("throws", () => () => {
          throw new Error("not my day");
        }),
        plugin("hangs", () => () => new Promise(() => {})),
      ],
    });
    await clock.until(client.close());
    expect(log).toEqual(["last"]);
    expect(reported()).toEqual([
      "plugin hangs (being closed): its close takes longer than 10000 ms",
      "plugin throws (being closed): not my day",
    ]);
    expect(clock.pending).toBe(0);
  });

  it("closing undoes everything that was registered, and wakes who sleeps", async () => {
    let theHost: PluginHost | undefined;
    let woken: unknown;
    const { client, clock, reported } = evaluation({
      plugins: [
        plugin("a", (host) => {
          theHost = host;
          host.provide("thing", 1);
          host.metric("mine", {});
          host.around(() => Promise.reject(new Error("still here")));
          host.sleep("1 day").catch((reason) => {
            woken = reason;
          });
        }),
      ],
    });
    await clock.advance(0);
    expect(client.resource("thing")).toBe(1);
    expect(Object.keys(client.metrics)).toEqual(["mine"]);
    await client.close();
    await clock.advance(0);
    expect(client.resource("thing")).toBeUndefined();
    expect(client.metrics).toEqual({});
    expect(woken).toMatchObject({ name: "AbortError", message: "The plugin a is closed." });
    expect(theHost?.signal.aborted).toBe(true);
    await expect(theHost?.sleep(1)).rejects.toThrow("The plugin a is closed.");
    theHost?.provide("thing", 2);
    expect(client.resource("thing")).toBeUndefined();
    await client.evaluations.claimTask("e1");
    expect(reported()).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it("what one plugin provides another one finds; the name goes back when it is taken away", async () => {
    const found: Array<unknown> = [];
    const { client, clock } = evaluation({
      plugins: [
        plugin("a", (host) => void host.provide("journal", { lines: ["one"] })),
        plugin(
          "b",
          (host) => {
            found.push(host.resource("journal")?.lines, host.resource("nothing"));
            const undo = host.provide("journal", { lines: ["two"] });
            found.push(host.client.resource("journal")?.lines);
            undo();
            found.push(host.client.resource("journal")?.lines);
          },
          { requires: ["a"] },
        ),
      ],
    });
    await clock.advance(0);
    expect(found).toEqual([["one"], undefined, ["two"], ["one"]]);
    const lines: ReadonlyArray<string> | undefined = client.resource("journal")?.lines;
    expect(lines).toEqual(["one"]);
  });

  it("a hook receives the events it is for, of any watch, and opens no watch", async () => {
    const heard: Record<string, Array<string>> = {};
    const hear = (name: string) => (event: { readonly type: string; readonly taskId?: string }) => {
      heard[name] ??= [];
      heard[name].push(`${event.type}${event.taskId === undefined ? "" : ` ${event.taskId}`}`);
    };
    const { client, clock, tasks } = evaluation({
      plugins: [
        plugin("listener", (host) => {
          host.on({ types: ["task.status_changed"] }, ({ previous, current, ...event }) => {
            hear("changes")(event);
            expect([previous.status, current.status]).toEqual(["PENDING", "COMPLETED"]);
          });
          host.on({ statuses: ["COMPLETED"] }, hear("completed"));
          host.on({ evaluations: ["another"] }, hear("another"));
          host.on({ types: ["watch.synced", "assignment.created"] }, hear("several"));
        }),
      ],
    });
    await clock.advance("1 hour");
    expect(heard).toEqual({});
    const one = client.watch("e1");
    const two = client.watch("e1");
    await clock.until(Promise.all([one.ready, two.ready]));
    tasks["t1"] = { status: "COMPLETED" };
    tasks["t2"] = { status: "PENDING", assigned_to: "ada", assignment_expires_at: "2030-01-01T09:00:00Z" };
    await clock.advance("5 minutes");
    expect(heard).toEqual({
      changes: ["task.status_changed t1"],
      completed: ["task.status_changed t1"],
      several: ["watch.synced", "assignment.created t2"],
    });
    // A hook did not request this watch: only those that did are counted.
    expect(one.stats()).toMatchObject({ subscribers: 0, events: 0 });
    const undo = [one.onChange(() => undefined), two.subscribe(() => undefined)];
    expect(one.stats().subscribers).toBe(2);
    for (const each of undo) each();
    expect(one.stats().subscribers).toBe(0);
    await client.close();
    expect(one.status._tag).toBe("closed");
    expect(clock.pending).toBe(0);
  });

  it("a listener that fails is named and given the next event; one that is slow is named and waited for", async () => {
    const busy = Promise.withResolvers<void>();
    const seen: Array<string> = [];
    const { client, clock, reported } = evaluation({
      plugins: [
        plugin(
          "fails",
          (host) => void host.on({ types: ["task.added"] }, ({ taskId }) => Promise.reject(new Error(`no ${taskId}`))),
        ),
        plugin("slow", (host) => {
          host.on({ types: ["task.added"] }, async ({ taskId }) => {
            seen.push(taskId);
            await busy.promise;
          });
        }),
      ],
    });
    const watch = client.watch("e1");
    await clock.until(watch.ready);
    await clock.advance("1 minute");
    expect(seen).toEqual(["t1"]);
    busy.resolve();
    await clock.advance(0);
    expect(seen).toEqual(["t1", "t2"]);
    expect(reported()).toEqual([
      "plugin fails (on an event): no t1",
      "plugin fails (on an event): no t2",
      expect.stringMatching(/^plugin slow \(on an event\): still busy with task.added .+ after 30000 ms$/),
    ]);
    await client.close();
    expect(clock.pending).toBe(0);
  });

  it("every call is reported, when it starts and when it is over, under the id of its attempts", async () => {
    const heard: Array<string> = [];
    const { client, reported } = evaluation({
      plugins: [
        plugin("a", (host) => {
          host.onCall(({ id, endpoint, phase, status }) =>
            heard.push(`${id} ${endpoint.name} ${phase} ${status ?? ""}`.trim()),
          );
          host.around((request, next) => {
            heard.push(`${request.call} attempt ${request.attempt}`);
            return next(request);
          });
          host.onCall(() => {
            throw new Error("not my day");
          });
        }),
      ],
    });
    await client.evaluations.retrieve("e1");
    expect(heard).toEqual([
      "call-1 evaluations.retrieve started",
      "call-1 attempt 1",
      "call-1 evaluations.retrieve succeeded 200",
    ]);
    expect(reported()).toEqual(["plugin a (on a call): not my day", "plugin a (on a call): not my day"]);
  });

  it("what a middleware fails with as an SgpError stands", async () => {
    const { client, reported } = evaluation({
      plugins: [
        plugin(
          "policy",
          (host) => void host.around(() => Promise.reject(new SgpError({ reason: { _tag: "Forbidden" } }))),
        ),
      ],
    });
    await expect(client.evaluations.claimTask("e1")).rejects.toMatchObject({
      reason: { _tag: "Forbidden" },
      message:
        "POST /v4/evaluations/:evaluation_id/claim-task: not allowed; check the rights of the key or token, and accountID",
    });
    expect(reported()).toEqual([]);
  });
});

it("a derived client has the same plugins, and the same end", async () => {
  const seen: Array<string> = [];
  const { fetch } = script(() => Response.json(null));
  const client = new SGPClient({
    apiKey: key,
    fetch,
    plugins: [
      plugin("a", (host) => {
        host.around((request, next) => {
          seen.push(request.endpoint);
          return next(request);
        });
        return () => seen.push("closed");
      }),
    ],
  });
  const derived = client.withOptions({ maxRetries: 0 });
  await derived.evaluations.claimTask("e1");
  await derived.close();
  await client.close();
  expect(seen).toEqual(["evaluations.claimTask", "closed"]);
});
