/** A watch as server-sent events, in Express, Fastify and Hono. Run it: `node examples/06-sse.ts` */
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import type { Watch, WatchEvent } from "@evalwire/core";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { smallEvaluation } from "./smallEvaluation.ts";

/** Without `no-transform`, compression middleware holds events back until its buffer is full. */
const headers = { "content-type": "text/event-stream", "cache-control": "no-cache, no-transform" };

/** The events of a watch as a body. When the reader leaves, the subscription ends; the watch stays open for the others. */
const eventStream = (watch: Watch): ReadableStream<Uint8Array> => {
  const encoder = new TextEncoder();
  const leave = new AbortController();
  const events = watch.events({ signal: leave.signal })[Symbol.asyncIterator]();
  const frame = (event: WatchEvent) => `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
  return new ReadableStream({
    // Called when the reader has room: a slow browser delays no other, its waiting events are joined per task.
    pull: async (body) => {
      const { done, value } = await events.next();
      if (done) body.close();
      else body.enqueue(encoder.encode(frame(value)));
    },
    cancel: () => leave.abort(),
  });
};

/** A browser's `EventSource`, up to the first event. */
const firstEvent = async (url: string): Promise<string> => {
  const { body } = await fetch(url);
  const reader = body!.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return /^event: (.*)$/m.exec(new TextDecoder().decode(value))![1]!;
};

export const main = async (print: (line: string) => void): Promise<void> => {
  await using world = await smallEvaluation();
  await using watch = world.ada.watch(world.evaluation.id);
  await watch.ready;

  const inExpress = express().get("/events", (_, response) => {
    response.set(headers);
    const body = Readable.fromWeb(eventStream(watch) as never);
    response.on("close", () => body.destroy());
    body.pipe(response);
  });
  const expressServer = inExpress.listen(0, "127.0.0.1");
  await new Promise((resolve) => expressServer.once("listening", resolve));
  print(`Express: ${await firstEvent(`http://127.0.0.1:${(expressServer.address() as AddressInfo).port}/events`)}`);
  expressServer.closeAllConnections();
  await new Promise((resolve) => expressServer.close(resolve));

  const inFastify = fastify({ forceCloseConnections: true }).get("/events", (_, reply) =>
    reply.headers(headers).send(Readable.fromWeb(eventStream(watch) as never)),
  );
  print(`Fastify: ${await firstEvent(`${await inFastify.listen({ port: 0, host: "127.0.0.1" })}/events`)}`);
  await inFastify.close();

  const inHono = new Hono().get("/events", () => new Response(eventStream(watch), { headers }));
  const { body } = await inHono.request("/events");
  const reader = body!.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  print(`Hono: ${/^event: (.*)$/m.exec(new TextDecoder().decode(value))![1]}`);
};

if (import.meta.main) await main(console.log);
