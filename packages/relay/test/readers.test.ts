/** Readers at the end of their rights: evaluations that are not there, tokens that end while a reader is stalled or polls. */
import { relayClient } from "@evalwire/relay";
import { describe, expect, it } from "vitest";
import { stage } from "./platform.ts";

const feed = "/v4/evaluations/e1/feed";

describe("A reader", () => {
  it("of an evaluation that is not there hears so, and asks no more", async () => {
    const on = stage(1);
    const token = await on.token({ evaluations: "*" });
    const client = relayClient("https://board.test/relay", { token, fetch: on.page, clock: on.clock, seed: 1 });
    const watch = client.watch("e9");
    const ready = Promise.resolve(watch.ready).catch((error: unknown) => error);
    await on.clock.advance("1 minute");
    expect(await ready).toMatchObject({ reason: { _tag: "NotFound" } });
    const asked = on.sgp.asked.length;
    await on.clock.advance("10 minutes");
    expect(on.sgp.asked.length).toBe(asked);
    await client.close();
    await on.close();
  });

  it("that is stalled while its token expires gets nothing that came after", async () => {
    const on = stage(1);
    const response = await on.ask(feed, { token: await on.token({ expires: 60 }) });
    await on.clock.advance("30 seconds");
    // More than one buffer, and no reader takes it.
    for (let round = 0; round < 5; round++) {
      on.sgp.set("t1", { priority: 100 + round });
      await on.clock.advance("1 minute");
    }
    const reader = response.body!.getReader();
    let text = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      text += new TextDecoder().decode(value);
    }
    expect(text).toContain('"reason":"token-expired"');
    expect(text).not.toContain("104");
    await on.close();
  });

  it("that polls with a token that expires meanwhile gets nothing for it", async () => {
    const on = stage(1);
    const token = await on.token({ expires: 60 });
    const headers = { accept: "application/x-ndjson" };
    const first = on.ask(feed, { token, headers });
    await on.clock.advance("20 seconds");
    const last = (await (await first).text()).trim().split("\n").at(-1)!;
    const { generation, epoch, number } = JSON.parse(last);
    const next = on.ask(`${feed}?after=${generation}.${epoch}.${number}`, { token, headers });
    await on.clock.advance("1 minute");
    await next;
    expect((await on.ask(feed, { token, headers })).status).toBe(401);
    await on.close();
  });

  it("of two, one leaves while the other stays: the watch goes on, and ends with the last", async () => {
    const on = stage(1);
    const token = await on.token();
    const [one, other] = [await on.ask(feed, { token }), await on.ask(feed, { token })];
    await on.clock.advance("10 seconds");
    expect(on.relay.readers()).toEqual({ feeds: 2, evaluations: 1 });
    await one.body!.cancel();
    expect(on.relay.readers()).toEqual({ feeds: 1, evaluations: 1 });
    await other.body!.cancel();
    await on.clock.advance("1 minute");
    const asked = on.sgp.asked.length;
    await on.clock.advance("10 minutes");
    expect([on.relay.readers().feeds, on.sgp.asked.length]).toEqual([0, asked]);
    await on.close();
  });
});
