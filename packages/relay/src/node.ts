/** `@evalwire/relay/node`: a `fetch` handler where the host speaks `node:http`, as Express and Fastify (after `reply.hijack()`) do. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { follows } from "./holding.ts";

const headersOf = ({ headers }: IncomingMessage): Headers => {
  const given = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    for (const each of Array.isArray(value) ? value : [value]) if (each !== undefined) given.append(name, each);
  }
  return given;
};

/** A body that a framework has read and parsed already, as JSON again. */
const parsedBody = (request: IncomingMessage): string | undefined => {
  const { body } = request as { readonly body?: unknown };
  return body === undefined || !request.readableEnded ? undefined : JSON.stringify(body);
};

const bodyOf = (request: IncomingMessage): ReadableStream<Uint8Array> => {
  const chunks = request[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  return new ReadableStream({
    pull: async (controller) => {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: async () => void (await chunks.return?.()),
  });
};

/** Gives all of a stream to a response at its pace. By itself, so that a stream which stays open for hours holds no request or response in memory. */
const pump = async (
  reader: ReadableStreamDefaultReader<Uint8Array>,
  outgoing: ServerResponse,
  signal: AbortSignal,
): Promise<void> => {
  signal.addEventListener("abort", () => void reader.cancel().catch(() => undefined));
  outgoing.flushHeaders();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (!outgoing.write(value)) {
      await new Promise<void>((resolve) => {
        const go = () => {
          outgoing.off("drain", go);
          outgoing.off("close", go);
          resolve();
        };
        outgoing.once("drain", go);
        outgoing.once("close", go);
      });
    }
    if (signal.aborted) break;
  }
  outgoing.end();
};

/** The address of a request: a target such as `//other.example/` is a path of this host, and names no other one. */
const addressOf = (target: string, origin: string): URL => {
  const path = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*(.*)$/i.exec(target)?.[1] ?? target;
  return new URL(`${origin}${path.startsWith("/") || path.startsWith("\\") ? "" : "/"}${path}`);
};

/** The request for the handler; `undefined` where there is none: its `Host` is no host, or its method is none of Fetch. */
const requestOf = (incoming: IncomingMessage, origin: string | undefined, signal: AbortSignal): Request | undefined => {
  const { originalUrl } = incoming as { readonly originalUrl?: string };
  try {
    const host = origin ?? new URL(`http://${incoming.headers.host ?? "localhost"}`).origin;
    const url = addressOf(originalUrl ?? incoming.url ?? "/", host);
    const method = incoming.method ?? "GET";
    const hasBody = method !== "GET" && method !== "HEAD";
    const body = hasBody ? (parsedBody(incoming) ?? bodyOf(incoming)) : undefined;
    const request = new Request(url, {
      method,
      headers: headersOf(incoming),
      signal,
      ...(body === undefined ? {} : { body, duplex: "half" }),
    } as RequestInit);
    follows(request, signal);
    return request;
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
};

/**
 * Serves requests of `node:http` by a `fetch` handler, with the reader's pace: what it does not take is not read ahead.
 *
 * Its promise rejects only where the handler's does, which a relay's never does: a program that does not wait for it would end. A request of which
 * there is no `Request` is answered with 400, and an answer whose body fails is broken off. Throws a `TypeError` where `origin` is none.
 *
 * @param fetch the handler, e.g. a relay's
 * @param origin of the requests as browsers know it; default: `http://` and the request's `Host`
 */
export const nodeHandler = (fetch: (request: Request) => Promise<Response>, origin?: string) => {
  const own = origin === undefined ? undefined : new URL(origin).origin;
  return async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const abort = new AbortController();
    outgoing.on("close", () => abort.abort());
    const request = requestOf(incoming, own, abort.signal);
    if (request === undefined) {
      outgoing.writeHead(400, { "content-type": "application/json", "cache-control": "no-store" });
      outgoing.end(JSON.stringify({ detail: "The request's host or method is none that is served." }));
      return;
    }
    const response = await fetch(request);
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    if (response.body === null) {
      outgoing.end();
      return;
    }
    // Its reader learns of it by the missing end of the answer.
    return pump(response.body.getReader(), outgoing, abort.signal).catch(() => void outgoing.destroy());
  };
};
