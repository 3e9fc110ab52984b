/** The side of the page: a client that looks like any other, and its watch. */
import { SGPClient, type SgpError } from "@evalwire/core";
import { type Right, relayClient, relayFeed, type Token } from "@evalwire/relay";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import { describe, expect, it, vi } from "vitest";
import { apiKey, stage } from "./platform.ts";

type Page = (url: string, init: RequestInit) => Promise<Response>;

const open = (on: ReturnType<typeof stage>, token: Token, page: Page = on.page) =>
  relayClient("https://board.test/relay", { token, fetch: page, clock: on.clock, seed: 1, maxRetries: 0 });

const within = async (
  on: ReturnType<typeof stage>,
  body: (client: ReturnType<typeof open>) => Promise<void>,
  page?: Page,
) => {
  const token = await on.token();
  const client = open(on, token, page);
  try {
    await body(client);
  } finally {
    await client.close();
    await on.close();
  }
  await on.clock.advance("2 minutes");
  expect(on.clock.pending).toBe(0);
};

const refusalOf = async (call: PromiseLike<unknown>): Promise<SgpError | undefined> => {
  try {
    await call;
    return undefined;
  } catch (error) {
    return error as SgpError;
  }
};

describe("relayClient", () => {
  it("reads, and watches, without knowing the key", async () => {
    const on = stage();
    await within(on, async (client) => {
      expect((await client.evaluations.retrieve("e1")).name).toBe("Summaries");
      const watch = client.watch("e1");
      await on.clock.until(watch.ready);
      expect([...watch.snapshot().tasks.keys()]).toEqual(["t1", "t2", "t3"]);
      on.sgp.set("t2", { priority: 9 });
      await on.clock.advance("1 minute");
      expect(watch.snapshot().tasks.get("t2")?.priority).toBe(9);
      expect(watch.status._tag).toBe("synced");
    });
  });

  it.each([
    ["a read", (client: SGPClient) => client.evaluations.retrieve("e1")],
    [
      "a write",
      (client: SGPClient) =>
        client.evaluations.tasks.update({ evaluation_id: "e1", task_id: "t1", assigned_to: "ada" }),
    ],
  ] as const)("does not repeat %s where the platform refuses the relay's key: no retry cures that", async (_, call) => {
    const on = stage();
    const token = await on.token();
    const fetch: Page = (url, init) => on.clock.track(on.page(url, init));
    const client = relayClient("https://board.test/relay", { token, fetch, clock: on.clock, seed: 1 });
    await on.clock.until(client.evaluations.retrieve("e1"));
    on.sgp.world.isRefusing = true;
    const before = on.sgp.asked.length;
    const error = await on.clock.until(refusalOf(call(client)));
    expect(error).toMatchObject({ status: 502, detail: expect.stringMatching(/own key/) });
    expect(on.sgp.asked.length - before).toBe(1);
    await client.close();
    await on.close();
  });

  it("two watches of one evaluation share one connection", async () => {
    const on = stage();
    await within(on, async (client) => {
      const watches = [client.watch("e1"), client.watch("e1")];
      for (const watch of watches) await on.clock.until(watch.ready);
      expect(on.relay.readers()).toEqual({ feeds: 1, evaluations: 1 });
    });
  });

  it("has a connection of its own where tabs cannot share one", async () => {
    vi.stubGlobal("navigator", {});
    const on = stage();
    const token = await on.token();
    const options = { token, fetch: on.page, clock: on.clock, seed: 1, tabs: "ada" };
    const client = relayClient("https://board.test/relay", options);
    const watch = client.watch("e1");
    vi.unstubAllGlobals();
    await on.clock.until(watch.ready);
    expect(watch.snapshot().tasks.size).toBe(3);
    await client.close();
    await on.close();
  });

  it("23. shows an own write at once, and settles it by the relay's mark, also one that changes nothing", async () => {
    const on = stage();
    await within(on, async (client) => {
      const watch = client.watch("e1");
      await on.clock.until(watch.ready);
      const seen: Array<unknown> = [];
      watch.onChange(() => seen.push(watch.snapshot().tasks.get("t1")?.assigned_to));
      for (let count = 0; count < 2; count++) {
        const call = client.evaluations.tasks.update({
          evaluation_id: "e1",
          task_id: "t1",
          assigned_to: "ada",
        } as never);
        expect(watch.snapshot().tasks.get("t1")?.assigned_to).toBe("ada");
        await call;
        await on.clock.advance("2 seconds");
        expect(watch.stats().unconfirmedWrites).toBe(0);
      }
      expect(new Set(seen)).toEqual(new Set(["ada"]));
      await on.clock.advance("5 minutes");
      expect(watch.snapshot().tasks.get("t1")?.assigned_to).toBe("ada");
    });
  });

  it("23. shows an own write at once and for good, also where each user has a client and another one's watches", async () => {
    const clients = new Map<string, SGPClient>();
    const clientOf = (user: string) => {
      const { clock, sgp } = on;
      const made = new SGPClient({ apiKey, baseURL: "https://sgp.test", fetch: sgp.fetch, clock, seed: user });
      const client = clients.get(user) ?? made;
      clients.set(user, client);
      return client;
    };
    const on = stage(2, { client: clientOf, watch: { interval: ["20 seconds", "20 seconds"] } });
    const pageOf = async (user: string, may: ReadonlyArray<Right>) => {
      const token = await on.token({ user, may });
      return relayClient("https://board.test/relay", { token, fetch: on.page, clock: on.clock, seed: user });
    };
    const [lead, ada] = [await pageOf("lead", ["watch", "assign"]), await pageOf("ada", ["watch", "claim"])];
    const all = lead.watch("e1");
    await on.clock.advance("12 seconds");
    const own = ada.watch("e1");
    await on.clock.advance("12 seconds");
    expect([all.snapshot().tasks.size, own.snapshot().tasks.size]).toEqual([2, 0]);
    const types: Array<string> = [];
    own.subscribe(({ type }) => types.push(type));
    const claim = on.clock.track(Promise.resolve(ada.evaluations.claimTask("e1")));
    await on.clock.advance("1 second");
    expect((await claim)?.assigned_to).toBe("ada");
    expect(all.snapshot().tasks.get("t1")?.assigned_to).toBe("ada");
    await on.clock.advance("1 minute");
    expect(types.filter((type) => type.startsWith("task."))).toEqual(["task.added"]);
    await lead.close();
    await ada.close();
    await on.close();
    for (const client of clients.values()) await client.close();
  });

  it("23. keeps an own write until it is read where the watch behind the feed takes no writes from elsewhere", async () => {
    const watching = () => {
      const { clock, sgp } = on;
      return new SGPClient({ apiKey, baseURL: "https://sgp.test", fetch: sgp.fetch, clock, seed: 2 });
    };
    const on = stage(2, {
      open: (id, _, own) => {
        const watch = watching().watch(id, { ...own, interval: ["20 seconds", "20 seconds"] });
        return new Proxy(watch, {
          get: (target, name) => {
            const value = name === "hear" ? undefined : Reflect.get(target, name);
            return typeof value === "function" ? value.bind(target) : value;
          },
        });
      },
    });
    const client = open(on, await on.token({ may: ["watch", "assign"], rows: "all" }));
    const watch = client.watch("e1");
    await on.clock.until(watch.ready);
    const seen: Array<string | null | undefined> = [];
    watch.onChange(() => seen.push(watch.snapshot().tasks.get("t1")?.assigned_to));
    const args = { evaluation_id: "e1", task_id: "t1", assigned_to: "ada" };
    await on.clock.until(client.evaluations.tasks.update(args));
    await on.clock.advance("2 minutes");
    expect(watch.stats().unconfirmedWrites).toBe(0);
    expect(new Set(seen)).toEqual(new Set(["ada"]));
    await client.close();
    await on.close();
  });

  it("a write that is refused is rolled back, with the error in hand", async () => {
    const on = stage();
    const token = await on.token({ may: ["watch"], rows: "all" });
    const client = open(on, token);
    const watch = client.watch("e1");
    await on.clock.until(watch.ready);
    const call = client.evaluations.tasks.update({ evaluation_id: "e1", task_id: "t1", assigned_to: "ada" } as never);
    expect(watch.snapshot().tasks.get("t1")?.assigned_to).toBe("ada");
    await expect(call).rejects.toMatchObject({ reason: { _tag: "Forbidden" } });
    expect(watch.snapshot().tasks.get("t1")?.assigned_to).toBeNull();
    await client.close();
    await on.close();
  });
});

describe("A token that is not available", () => {
  it("is said by a call, of which nothing was sent, and by the watch", async () => {
    const on = stage();
    let isSignedIn = true;
    const sent: Array<string> = [];
    const token = async () => {
      if (!isSignedIn) throw new Error("the session has ended");
      return on.token({ expires: 20 });
    };
    const client = relayClient("https://board.test/relay", {
      token,
      clock: on.clock,
      seed: 1,
      fetch: (url, init) => {
        sent.push(`${init.method ?? "GET"} ${new URL(url).pathname}`);
        return on.page(url, init);
      },
    });
    const watch = client.watch("e1");
    await on.clock.until(watch.ready);
    watch.onChange(() => undefined);
    isSignedIn = false;
    sent.length = 0;
    const args = { evaluation_id: "e1", task_id: "t1", assigned_to: "ada" };
    const error = await on.clock.until(refusalOf(client.evaluations.tasks.update(args)));
    expect(error?.message).toMatch(/token\(\) failed: the session has ended/);
    expect(error?.message).not.toMatch(/carried out|no connection/);
    expect(error?.inDoubt).toBeUndefined();
    expect(sent).toEqual([]);
    await on.clock.advance("1 minute");
    expect(watch.status).toMatchObject({ _tag: "degraded" });
    expect("error" in watch.status && watch.status.error?.message).toMatch(
      /no beat of the feed for 10 s.*the session has ended/,
    );
    isSignedIn = true;
    await on.clock.advance("1 minute");
    expect(watch.status._tag).toBe("synced");
    await client.close();
    await on.close();
  });

  it.each([
    [undefined, /token\(\) gave no token/],
    ["", /token\(\) gave no token/],
    ["two\nlines", /characters that no header can hold/],
  ])("is one that no header can hold: %j", async (value, message) => {
    const on = stage();
    const client = open(on, (() => value) as Token);
    const error = await on.clock.until(refusalOf(client.evaluations.retrieve("e1")));
    expect(error?.message).toMatch(message);
    expect(on.sgp.asked).toEqual([]);
    await client.close();
    await on.close();
  });
});

describe("A token that expires", () => {
  it("in mid-stream is renewed through the callback, asked at dial time, and the rows stay", async () => {
    const on = stage();
    const asked: Array<string> = [];
    const token = async () => {
      const fresh = await on.token({ expires: 60 });
      asked.push(fresh);
      return fresh;
    };
    const client = open(on, token);
    const watch = client.watch("e1");
    await on.clock.until(watch.ready);
    const sizes: Array<number> = [];
    const states: Array<string> = [];
    watch.onChange(() => {
      sizes.push(watch.snapshot().tasks.size);
      states.push(watch.status._tag);
    });
    await on.clock.advance("5 minutes");
    on.sgp.set("t1", { priority: 9 });
    await on.clock.advance("1 minute");
    expect(watch.snapshot().tasks.get("t1")?.priority).toBe(9);
    expect(new Set(asked).size).toBeGreaterThan(4);
    expect(new Set(sizes)).toEqual(new Set([3]));
    expect(new Set(states)).toEqual(new Set(["synced"]));
    await client.close();
    await on.close();
  });

  it("and whose renewal is refused, too, ends the watch with that reason", async () => {
    const on = stage();
    const stale = await on.token({ expires: 60 });
    let asked = 0;
    const client = open(on, () => {
      asked++;
      return stale;
    });
    const watch = client.watch("e1");
    await on.clock.until(watch.ready);
    await on.clock.advance("2 minutes");
    expect(watch.status).toMatchObject({
      _tag: "closed",
      error: { reason: { _tag: "Unauthorized" }, detail: expect.stringMatching(/expired/) },
    });
    expect(asked).toBe(3);
    await client.close();
    await on.close();
  });

  it("late on an older connection never ends a newer one", async () => {
    const on = stage();
    let dials = 0;
    let refuse: () => void = () => undefined;
    const page: Page = async (url, init) => {
      if (!url.endsWith("/feed") || dials++ > 0) return on.page(url, init);
      // The first dial hangs, and is refused when it is not awaited any more.
      await new Promise<void>((resolve) => {
        refuse = resolve;
      });
      return Response.json({ detail: "The token has expired." }, { status: 401 });
    };
    await within(
      on,
      async (client) => {
        const watch = client.watch("e1");
        await on.clock.until(watch.ready);
        refuse();
        await on.clock.advance("1 minute");
        expect(watch.status._tag).toBe("synced");
        expect(watch.snapshot().tasks.size).toBe(3);
      },
      page,
    );
  });
});

describe("A stream", () => {
  it("that is cut in the middle of an entry is read on from where it was", async () => {
    const on = stage();
    let cuts = 0;
    const page: Page = async (url, init) => {
      const response = await on.page(url, init);
      if (response.headers.get("content-type") !== "text/event-stream" || cuts > 6) return response;
      cuts++;
      const left = { bytes: 200 + cuts * 311 };
      const cut = new TransformStream<Uint8Array, Uint8Array>({
        transform: (chunk, controller) => {
          controller.enqueue(chunk.subarray(0, left.bytes));
          left.bytes -= chunk.byteLength;
          if (left.bytes <= 0) controller.terminate();
        },
      });
      return new Response(response.body!.pipeThrough(cut), response);
    };
    await within(
      on,
      async (client) => {
        const watch = client.watch("e1");
        watch.onChange(() => undefined);
        await on.clock.advance("2 minutes");
        on.sgp.set("t3", { priority: 8 });
        await on.clock.advance("2 minutes");
        expect(cuts).toBeGreaterThan(5);
        expect([...watch.snapshot().tasks.values()].map(({ priority }) => priority)).toEqual([1, 1, 8]);
        expect(watch.status._tag).toBe("synced");
      },
      page,
    );
  });

  /** A line that carries so many bytes a second. */
  const slowed = (on: ReturnType<typeof stage>, bytesInSecond: number, response: Response) => {
    const reader = response.body!.getReader();
    let rest = new Uint8Array();
    const body = new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          if (rest.byteLength === 0) {
            const { done, value } = await reader.read();
            if (done) {
              controller.close();
              return;
            }
            rest = value;
          }
          await Effect.runPromise(on.clock.sleep(Duration.seconds(1)));
          controller.enqueue(rest.subarray(0, bytesInSecond));
          rest = rest.subarray(bytesInSecond);
        },
        cancel: () => reader.cancel(),
      },
      { highWaterMark: 0 },
    );
    return new Response(body, response);
  };

  it.each(["text/event-stream", "application/x-ndjson"])(
    "of %s that comes slowly is read to its end: a snapshot may take longer than two beats",
    async (type) => {
      const on = stage(40);
      // The watch behind the relay is there already.
      const leave = new AbortController();
      const headers = { accept: "text/event-stream", authorization: `Bearer ${await on.token()}` };
      await on.page("https://board.test/relay/v4/evaluations/e1/feed", { headers, signal: leave.signal });
      await on.clock.advance("10 seconds");
      const dials: Array<string> = [];
      const page: Page = async (url, init) => {
        const accept = new Headers(init.headers).get("accept") ?? "";
        dials.push(accept);
        // Behind a proxy that holds streams back it is whole answers that come slowly.
        if (accept !== type) return new Response(new ReadableStream(), { headers: { "content-type": accept } });
        return slowed(on, 200, await on.page(url, init));
      };
      await within(
        on,
        async (client) => {
          const watch = client.watch("e1");
          const states = new Set<string>();
          watch.onChange(() => states.add(watch.status._tag));
          await on.clock.advance("1 minute");
          expect(watch.snapshot().tasks.size).toBe(40);
          expect(watch.status._tag).toBe("synced");
          if (type === "text/event-stream") {
            expect(dials).toHaveLength(1);
            expect(states).not.toContain("degraded");
          }
          leave.abort();
        },
        page,
      );
    },
  );

  it.each([12, 25])("that stalls for %i s after it had come for a while is a stream again", async (seconds) => {
    const on = stage();
    const dials: Array<string | null> = [];
    let isStalled = false;
    const page: Page = async (url, init) => {
      dials.push(new Headers(init.headers).get("accept"));
      const response = await on.page(url, init);
      const reader = response.body!.getReader();
      const body = new ReadableStream<Uint8Array>({
        pull: async (controller) => {
          const { done, value } = await reader.read();
          if (isStalled) await new Promise<never>(() => undefined);
          if (done) controller.close();
          else controller.enqueue(value);
        },
        cancel: () => reader.cancel(),
      });
      return new Response(body, response);
    };
    await within(
      on,
      async (client) => {
        const watch = client.watch("e1");
        await on.clock.until(watch.ready);
        watch.onChange(() => undefined);
        await on.clock.advance("20 seconds");
        isStalled = true;
        await on.clock.advance(seconds * 1_000);
        isStalled = false;
        await on.clock.advance("30 seconds");
        expect(watch.status._tag).toBe("synced");
        expect(dials.at(-1)).toBe("text/event-stream");
        // It is not tried again and again.
        expect(dials.length).toBeLessThan(8);
      },
      page,
    );
  });

  it("of another format is said to be one", async () => {
    const on = stage();
    const entry = { format: 9, kind: "beat" };
    const ends: Array<unknown> = [];
    const source = relayFeed("https://board.test/relay", {
      evaluationId: "e1",
      clock: on.clock,
      fetch: async () =>
        new Response(`event: beat\ndata: ${JSON.stringify(entry)}\n\n`, {
          headers: { "content-type": "text/event-stream" },
        }),
    });
    const close = source.open(undefined, { take: () => undefined, end: (error) => ends.push(error) });
    await on.clock.advance(0);
    close();
    expect(String(ends[0])).toMatch(/it has format 9; run a version of evalwire that reads it/);
    await on.close();
    await on.clock.advance("1 minute");
  });
});
