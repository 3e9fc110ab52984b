/**
 * A socket in front of a `(request) => response` function, over `node:http`.
 *
 * 1. A body is read whole and never past `maxBodyBytes`; what is longer is answered with 413 and the connection closed.
 * 2. On a loopback address only requests that name a loopback host are answered (421 otherwise), so that a page a browser
 *    has open cannot reach the server by pointing a name of its own at 127.0.0.1.
 * 3. `close` lets the requests that have been read finish, then leaves no socket behind.
 * 4. An answer whose body breaks off breaks off on the wire too; it never looks complete.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { answer } from "./answer.ts";
import { Refusal } from "./Refusal.ts";

export interface ListenOptions {
  /** 0, the default, takes a free port. */
  readonly port?: number;
  /** `127.0.0.1` unless told. */
  readonly host?: string;
  /** Host names answered to; on loopback the loopback names unless told, elsewhere any. */
  readonly allowedHosts?: ReadonlyArray<string>;
}

export interface Listener {
  /** Without a slash at the end, e.g. `http://127.0.0.1:8787`. */
  readonly url: string;
  readonly port: number;
  readonly close: () => Promise<void>;
}

export type Handle = (request: Request) => Promise<Response>;

const loopbackHosts = ["localhost", "127.0.0.1", "[::1]"];

const isLoopback = (host: string): boolean => host === "localhost" || host === "::1" || /^127\./.test(host);

/** Reads the body whole; fails with 413 at the first byte past the limit. */
const readBody = async (message: IncomingMessage, maxBytes: number): Promise<Buffer<ArrayBuffer>> => {
  const tooLarge = new Refusal({ status: 413, detail: `Request body is larger than ${maxBytes} bytes` });
  if (Number(message.headers["content-length"] ?? 0) > maxBytes) throw tooLarge;
  const chunks: Array<Buffer> = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const urlOf = (message: IncomingMessage, allowedHosts: ReadonlyArray<string> | undefined): URL => {
  const target = message.url ?? "/";
  const host = message.headers.host ?? "";
  const url = URL.canParse(`http://${host}${target}`) ? new URL(`http://${host}${target}`) : undefined;
  if (url === undefined || host === "" || !target.startsWith("/") || url.host.length === 0) {
    throw new Refusal({ status: 400, detail: "Invalid request target or host" });
  }
  if (allowedHosts !== undefined && !allowedHosts.includes(url.hostname)) {
    throw new Refusal({ status: 421, detail: `This server does not answer for ${url.hostname}` });
  }
  return url;
};

const toRequest = async (message: IncomingMessage, url: URL, maxBodyBytes: number): Promise<Request> => {
  const headers = new Headers();
  for (let index = 0; index < message.rawHeaders.length; index += 2) {
    headers.append(message.rawHeaders[index]!, message.rawHeaders[index + 1]!);
  }
  const method = message.method ?? "GET";
  const hasBody = method !== "GET" && method !== "HEAD";
  const body = hasBody ? await readBody(message, maxBodyBytes) : null;
  if (method === "TRACE" || method === "CONNECT" || method === "TRACK") {
    throw new Refusal({ status: 405, detail: "Method Not Allowed" });
  }
  return new Request(url, { method, headers, body: body === null || body.length === 0 ? null : body });
};

const write = async (response: Response, to: ServerResponse): Promise<void> => {
  if (response.headers.has("date")) to.sendDate = false;
  to.writeHead(response.status, [...response.headers].flat());
  if (response.body !== null) {
    for await (const chunk of response.body) {
      if (!to.write(chunk)) await new Promise<void>((resolve) => to.once("drain", resolve).once("close", resolve));
      if (to.destroyed) return;
    }
  }
  to.end();
};

/** What cannot be read is refused here; `undefined` when the caller went away while sending. */
const read = async (
  message: IncomingMessage,
  limits: { readonly maxBodyBytes: number; readonly allowedHosts: ReadonlyArray<string> | undefined },
): Promise<Request | Response | undefined> => {
  try {
    return await toRequest(message, urlOf(message, limits.allowedHosts), limits.maxBodyBytes);
  } catch (error) {
    // Anything but a refusal is the socket's end, or something no request can be made of.
    return error instanceof Refusal
      ? answer(error.status, { detail: error.detail }, { connection: "close" })
      : undefined;
  }
};

const respond = async (handle: Handle, read: Request | Response, to: ServerResponse): Promise<void> => {
  try {
    await write(read instanceof Response ? read : await handle(read), to);
  } catch {
    // There is no answer, or its body broke off: what was sent must not look complete.
    to.destroy();
  }
};

const bind = (server: Server, port: number, host: string): Promise<AddressInfo> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve(server.address() as AddressInfo);
    });
  });

/** Resolves once the port is bound; rejects with Node's own error when it cannot be (`EADDRINUSE`, `EACCES`). */
export const listen = async (handle: Handle, maxBodyBytes: number, options: ListenOptions = {}): Promise<Listener> => {
  const host = options.host ?? "127.0.0.1";
  const allowedHosts = options.allowedHosts ?? (isLoopback(host) ? loopbackHosts : undefined);
  const underway = new Set<Promise<void>>();
  const server = createServer(async (message, to) => {
    const received = await read(message, { maxBodyBytes, allowedHosts });
    if (received === undefined) return void message.destroy();
    const responding = respond(handle, received, to);
    underway.add(responding);
    await responding;
    underway.delete(responding);
  });
  const { port, family, address } = await bind(server, options.port ?? 0, host);
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${port}`,
    port,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await Promise.allSettled(underway);
      server.closeAllConnections();
      await closed;
    },
  };
};
