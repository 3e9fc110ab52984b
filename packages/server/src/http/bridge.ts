/** Between `node:http` and the web's `Request` and `Response`. */
import type { IncomingMessage, ServerResponse } from "node:http";

/** The request with its body read already; throws for what no `Request` can be made of. */
export const toRequest = (
  message: IncomingMessage,
  url: URL,
  body: Uint8Array<ArrayBuffer>,
  signal?: AbortSignal,
): Request => {
  const headers = new Headers();
  for (let index = 0; index < message.rawHeaders.length; index += 2) {
    headers.append(message.rawHeaders[index]!, message.rawHeaders[index + 1]!);
  }
  const method = message.method ?? "GET";
  return new Request(url, { method, headers, body: body.length === 0 ? null : body, signal: signal ?? null });
};

/** Resolves when the buffer has drained or the receiver is gone; checks both before it waits. */
const drained = (to: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    if (to.destroyed || !to.writableNeedDrain) return resolve();
    const done = () => {
      to.off("drain", done);
      to.off("close", done);
      resolve();
    };
    to.on("drain", done).on("close", done);
  });

/** Resolves when the response was handed over, or its receiver is gone; rejects when its body breaks off. */
export const writeResponse = async (response: Response, to: ServerResponse): Promise<void> => {
  if (response.headers.has("date")) to.sendDate = false;
  to.writeHead(response.status, [...response.headers].flat());
  if (response.body !== null) {
    for await (const chunk of response.body) {
      if (to.destroyed) return;
      if (!to.write(chunk)) await drained(to);
    }
  }
  if (!to.destroyed) to.end();
};
