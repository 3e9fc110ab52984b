/** Relays on two replicas of one fleet, and a browser that changes from one to the other. */
import { SGPClient } from "@evalwire/core";
import { follow } from "@evalwire/core/feed";
import { createFleet } from "@evalwire/fleet";
import { createRelay, relayFeed } from "@evalwire/relay";
import { afterAll, beforeAll, expect, it } from "vitest";
import { unique } from "./bed.ts";
import { FollowerCheck } from "./FollowerCheck.ts";
import { Nats, withNats } from "./nats.ts";
import { Platform } from "./platform.ts";

withNats("A relay on any replica", () => {
  let nats: Nats;
  beforeAll(async () => {
    nats = await Nats.start(1);
  });
  afterAll(() => nats.stop());

  it("serves any evaluation, and a browser goes on at another one: no event twice, and its write is shown", async () => {
    const platform = new Platform();
    platform.add("e1", 3);
    const name = unique();
    const replicas = await Promise.all(
      [0, 1].map(async () => {
        const client = new SGPClient({
          apiKey: "k",
          baseURL: "https://sgp.test",
          fetch: platform.fetch,
          maxRetries: 0,
        });
        const fleet = await createFleet({
          servers: nats.servers,
          client,
          name,
          shards: 2,
          lease: 400,
          beat: 300,
          requestsPerMinute: 6_000,
          polling: { interval: [50, 20_000], requestsPerMinute: 6_000 },
        });
        const relay = createRelay({
          client,
          feed: fleet.feed,
          authorize: () => ({ user: "ada", rows: "all" }),
          beat: 300,
        });
        return { client, fleet, relay };
      }),
    );
    let at = 0;
    const abort = new AbortController();
    const fetch = (url: string, init: RequestInit) =>
      replicas[at]!.relay.fetch(new Request(new URL(url, "http://board.test"), { ...init, signal: abort.signal }));
    const browser = follow(relayFeed("/relay", { evaluationId: "e1", fetch }));
    const check = new FollowerCheck(browser, platform, "e1");
    await browser.ready;
    await check.caughtUp();
    platform.set("e1", "e1-t1", { priority: 2 });
    const write = (taskId: string, priority: number) =>
      replicas[at]!.relay.fetch(
        new Request(`http://board.test/relay/v4/evaluations/e1/tasks/${taskId}`, {
          method: "PATCH",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ priority }),
        }),
      );
    // Polls are twenty seconds apart: what is shown now was brought to the publisher.
    const response = await write("e1-t2", 5);
    expect(response.status).toBe(200);
    expect(response.headers.get("x-evalwire-mark")).toMatch(/^\w+\.\d+\.\d+$/);
    await check.caughtUp();
    at = 1;
    await replicas[0]!.relay.close();
    await replicas[0]!.fleet.close();
    expect((await write("e1-t3", 6)).status).toBe(200);
    await check.caughtUp();
    expect(check.violations()).toEqual([]);
    const added = check.events.filter(({ type }) => type === "task.added");
    expect(added).toHaveLength(3);
    await browser.close();
    await replicas[1]!.relay.close();
    await replicas[1]!.fleet.close();
  });
});
