/** A feed as an answer: a stream of SSE events, or the lines that there are now, for those behind a proxy that holds streams back. */
import type { Mark, ViewOptions } from "@evalwire/core/feed";
import { type Gzip, gzip } from "./gzip.ts";
import { Reader } from "./ReaderLog.ts";
import type { Upstream } from "./Upstream.ts";

export interface FeedParts {
  readonly upstream: Upstream;
  readonly view: ViewOptions;
  readonly from: Mark | undefined;
  readonly retryMillis: number;
  readonly isExpired: () => boolean;
  /** Called once when the reader has left. */
  readonly leave: () => void;
  /** Its signal says that the reader has gone; held as long as that is waited for: see `holding`. */
  readonly request: Pick<Request, "signal">;
  readonly isCompressed: boolean;
}

// Most bytes in flight to one reader; one part of a snapshot may exceed it.
const bufferBytes = 16_384;
const encoder = new TextEncoder();

// Without `no-transform` some proxies and middlewares hold a stream back to compress it.
const headers = { "cache-control": "no-cache, no-transform", "x-accel-buffering": "no" };

/** An open stream of SSE events. */
export const feedResponse = async (parts: FeedParts): Promise<Response> => {
  const { upstream, view, from, retryMillis, isExpired, leave, request, isCompressed } = parts;
  const zip: Gzip | undefined = isCompressed ? await gzip() : undefined;
  let reading: ReturnType<Upstream["read"]> | undefined;
  let isOver = false;
  const stop = () => {
    if (isOver) return;
    isOver = true;
    request.signal.removeEventListener("abort", stop);
    reading?.leave();
    leave();
  };
  const stream = new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        const write = (bytes: Uint8Array) => controller.enqueue(zip === undefined ? bytes : zip.part(bytes));
        const end = (reason: string) => {
          if (isOver) return;
          stop();
          write(encoder.encode(`event: end\ndata: ${JSON.stringify({ reason })}\n\n`));
          controller.close();
        };
        const outlet = {
          isWilling: () => !isOver && (controller.desiredSize ?? 0) > 0,
          write: (bytes: Uint8Array) => {
            if (isOver) return;
            if (isExpired()) end("token-expired");
            else write(bytes);
          },
          end: () => end("closed"),
        };
        if (zip !== undefined) controller.enqueue(zip.head);
        write(encoder.encode(`retry: ${retryMillis}\n\n`));
        request.signal.addEventListener("abort", stop, { once: true });
        reading = upstream.read(new Reader(outlet, "event", from), view);
        if (isOver) reading.leave();
      },
      pull: () => reading?.catchUp(),
      cancel: stop,
    },
    { highWaterMark: bufferBytes, size: (bytes) => bytes?.byteLength ?? 0 },
  );
  return new Response(stream, {
    headers: {
      ...headers,
      "content-type": "text/event-stream",
      ...(zip === undefined ? {} : { "content-encoding": "gzip", vary: "accept-encoding" }),
    },
  });
};

/** The lines that are there now, or else, where it waits, the next one: a whole answer, which any proxy passes on. */
export const pollResponse = (
  { upstream, view, from, isExpired, leave, request }: FeedParts,
  isWaiting: boolean,
): Promise<Response> =>
  new Promise((resolve) => {
    const lines: Array<Uint8Array> = [];
    let reading: ReturnType<Upstream["read"]> | undefined;
    let isOver = false;
    const finish = () => {
      if (isOver) return;
      isOver = true;
      request.signal.removeEventListener("abort", finish);
      reading?.leave();
      leave();
      const size = lines.reduce((sum, { byteLength }) => sum + byteLength, 0);
      const body = new Uint8Array(size);
      let at = 0;
      for (const line of lines) {
        body.set(line, at);
        at += line.byteLength;
      }
      resolve(new Response(body, { headers: { ...headers, "content-type": "application/x-ndjson" } }));
    };
    const outlet = {
      isWilling: () => !isOver,
      write: (bytes: Uint8Array) => {
        if (isExpired()) finish();
        else lines.push(bytes);
        // Entries written in the same tick are sent along.
        if (reading !== undefined) queueMicrotask(finish);
      },
      end: finish,
    };
    request.signal.addEventListener("abort", finish, { once: true });
    reading = upstream.read(new Reader(outlet, "line", from), view);
    // A heartbeat by itself brings nothing new: wait for the next entry.
    if (isOver) reading.leave();
    else if (lines.length > 1 || (lines.length > 0 && !isWaiting)) queueMicrotask(finish);
    else lines.length = 0;
  });
