/** The relay in the servers that people have: events come as they happen, through real sockets. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { SGPClient, type Watch } from "@evalwire/core";
import { SimulatedClock } from "@evalwire/core/testing";
import { createRelay, issueToken, relayClient } from "@evalwire/relay";
import { nodeHandler } from "@evalwire/relay/node";
// @ts-expect-error express brings no types, and is only mounted in.
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { apiKey, keys, platform } from "./platform.ts";

type Handler = (request: Request) => Promise<Response>;

const listening = async (server: Server) => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const mounts: Record<string, (fetch: Handler) => Promise<{ url: string; close: () => Promise<unknown> }>> = {
  "node:http": (fetch) => listening(createServer(nodeHandler(fetch) as RequestListener)),
  Express: (fetch) => {
    const app = express();
    app.use("/relay", nodeHandler(fetch));
    return listening(createServer(app));
  },
  "Express, behind a body parser": (fetch) => {
    const app = express();
    app.use(express.json());
    app.use("/relay", nodeHandler(fetch));
    return listening(createServer(app));
  },
  Fastify: async (fetch) => {
    const app = fastify();
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", (_, __, done) => done(null));
    const handle = nodeHandler(fetch);
    app.all("/relay/*", async (request, reply) => {
      reply.hijack();
      await handle(request.raw, reply.raw);
    });
    const url = await app.listen({ port: 0, host: "127.0.0.1" });
    return { url, close: () => app.close() };
  },
  Hono: (fetch) => {
    const app = new Hono();
    app.mount("/relay", fetch);
    return listening(createServer(nodeHandler(async (request) => app.fetch(request)) as RequestListener));
  },
};

const until = (watch: Watch, isSo: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const look = () => {
      if (!isSo()) return;
      undo();
      resolve();
    };
    const undo = watch.onChange(look);
    look();
  });

describe("A relay in", () => {
  it.each(Object.keys(mounts))("%s: reads, writes and live events", async (name) => {
    // The platform's own clock stands still; all other clocks are the machine's.
    const sgp = platform(new SimulatedClock(), 3);
    const upstream = new SGPClient({ apiKey, baseURL: "https://sgp.test", fetch: sgp.fetch });
    const watching = { interval: ["20 millis", "50 millis"], requestsPerMinute: 60_000 } as const;
    const relay = createRelay({ client: upstream, keys, watch: watching, beat: "5 seconds" });
    const { url, close } = await mounts[name]!(relay.fetch);
    const token = await issueToken(keys, {
      user: "ada",
      evaluations: "*",
      may: ["watch", "assign"],
      expires: "1 hour",
    });
    const client = relayClient(`${url}/relay`, { token });
    try {
      expect((await client.evaluations.retrieve("e1")).id).toBe("e1");
      const watch = client.watch("e1");
      // Without a listener it would rest between the steps.
      watch.onChange(() => undefined);
      await watch.ready;
      for (const priority of [5, 6, 7]) {
        sgp.set("t2", { priority });
        await until(watch, () => watch.snapshot().tasks.get("t2")?.priority === priority);
      }
      await client.evaluations.tasks.update({ evaluation_id: "e1", task_id: "t1", assigned_to: "ada" } as never);
      // Entries after the write come after it in order.
      sgp.set("t3", { priority: 9 });
      await until(watch, () => watch.snapshot().tasks.get("t3")?.priority === 9);
      expect(watch.stats().unconfirmedWrites).toBe(0);
      expect(watch.snapshot().tasks.get("t1")?.assigned_to).toBe("ada");
      expect(sgp.tasks.get("t1")?.["assigned_to"]).toBe("ada");
      expect(watch.stats().requests).toBe(1);
    } finally {
      await client.close();
      await relay.close();
      await upstream.close();
      await close();
    }
  });
});
