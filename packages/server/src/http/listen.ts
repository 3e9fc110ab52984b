/**
 * A `(request) => response` function on a socket, over `node:http`.
 *
 * 1. A body is read whole and never past `maxBodyBytes`; a longer one is answered with 413 and the connection closed.
 * 2. The promises of the socket itself are in `socket.ts`: host names, bounds, an end that always comes.
 * 3. An answer whose body breaks off breaks off on the wire too; it never looks complete.
 * 4. `request.signal` aborts when the caller goes away before its answer.
 */

import { checkOptions } from "@evalwire/core/contract";
import * as Option from "../optionValues.ts";
import { toRequest, writeResponse } from "./bridge.ts";
import { Refusal } from "./Refusal.ts";
import { readBody } from "./readBody.ts";
import * as Socket from "./socket.ts";

export type Handle = (request: Request) => Response | Promise<Response>;

export interface BridgeOptions extends Socket.ListenOptions {
  /** 64 MiB by default. */
  readonly maxBodyBytes?: number;
}

const optionNames: Record<keyof BridgeOptions, true> = { ...Socket.listenNames, maxBodyBytes: true };

/** Methods that no `Request` can have. */
const unwanted: ReadonlySet<string> = new Set(["TRACE", "CONNECT", "TRACK"]);

const empty = new Uint8Array();

/**
 * Answers requests on a socket with `handle`, on loopback by default.
 *
 * @param handle what it throws ends the connection without an answer
 * @returns once the port is bound
 * @throws Node's own error when the port cannot be bound (`EADDRINUSE`, `EACCES`); TypeError for an option it does not know or whose value cannot be
 *
 * @example
 * ```ts
 * import { listen } from "@evalwire/server";
 *
 * const listener = await listen((request) => new Response(new URL(request.url).pathname));
 * await (await fetch(`${listener.url}/hello`)).text(); // => "/hello"
 * await listener.close();
 * ```
 */
export const listen = async (handle: Handle, options: BridgeOptions = {}): Promise<Socket.Listener> => {
  checkOptions("listen", options, optionNames);
  Option.check("listen", options, { ...Socket.listenRules, maxBodyBytes: Option.bytes });
  const maxBodyBytes = options.maxBodyBytes ?? 64 * 1024 * 1024;
  return Socket.open(async ({ message, to, url, begin }) => {
    const method = message.method ?? "GET";
    if (unwanted.has(method)) throw new Refusal({ status: 405, detail: "Method Not Allowed" });
    const hasBody = method !== "GET" && method !== "HEAD";
    const body = hasBody ? await readBody(message, maxBodyBytes) : empty;
    begin();
    const gone = new AbortController();
    to.once("close", () => gone.abort());
    await writeResponse(await handle(toRequest(message, url, body, gone.signal)), to);
  }, options);
};
