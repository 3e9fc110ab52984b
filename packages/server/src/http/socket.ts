/**
 * A socket with HTTP on it: the code common to every server here, for any handler.
 *
 * 1. Only requests that name one host, and one this socket answers to, are passed on: 400 and 421 otherwise.
 * 2. The number of connections is bounded, and so is the memory that unknown callers can make this process hold.
 * 3. `close` lets the requests that have been read finish, for at most `closeSeconds`, then leaves no socket behind. It always
 *    settles: whether a client is still there is looked at, not waited for.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import * as Option from "../optionValues.ts";
import { allowedHosts, areHosts, hostOf } from "./hosts.ts";
import { Refusal } from "./Refusal.ts";

export interface ListenOptions {
  /** 0, the default, takes a free port. */
  readonly port?: number;
  /** An address or a name of one; `127.0.0.1` by default. */
  readonly host?: string;
  /** Host names answered to; by default on loopback the loopback names, elsewhere any. */
  readonly allowedHosts?: ReadonlyArray<string>;
  /** How many connections may be open at a time; 1,024 by default. Further ones are closed unanswered. */
  readonly maxConnections?: number;
  /** How long `close` waits for requests under way; 5 by default. */
  readonly closeSeconds?: number;
}

/** @internal */
export const listenNames: Record<keyof ListenOptions, true> = {
  port: true,
  host: true,
  allowedHosts: true,
  maxConnections: true,
  closeSeconds: true,
};

/** Longer than this a timer of Node does not wait. */
const mostSeconds = 2_147_483;

/** @internal */
export const listenRules = {
  port: Option.wholeNumber(0, 65_535),
  host: { expected: "an address, or a name of one", accepts: (value: unknown) => typeof value === "string" },
  allowedHosts: { expected: "a list of host names, at least one", accepts: areHosts },
  maxConnections: Option.wholeNumber(1, Number.MAX_SAFE_INTEGER),
  closeSeconds: Option.seconds(0, mostSeconds),
} satisfies { readonly [Name in keyof ListenOptions]: Option.Rule };

export interface Listener {
  /** Without a slash at the end, e.g. `http://127.0.0.1:8787`. */
  readonly url: string;
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** The parts of an answer. `begin` is called once the request has been read: from then on `close` waits for its answer. */
export interface Exchange {
  readonly message: IncomingMessage;
  readonly to: ServerResponse;
  readonly url: URL;
  readonly begin: () => void;
}

/** Answers an exchange; a refusal it throws becomes the answer, anything else ends the connection. */
export type Respond = (exchange: Exchange) => Promise<void>;

const hostHeaders = (rawHeaders: ReadonlyArray<string>): number =>
  rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === "host").length;

const parsed = (text: string): URL | undefined => {
  const url = URL.parse(text);
  return url === null || url.username !== "" || url.password !== "" ? undefined : url;
};

const urlOf = (message: IncomingMessage, hosts: ReadonlySet<string> | undefined): URL => {
  const target = message.url ?? "/";
  const host = message.headers.host ?? "";
  const isOne = host !== "" && target.startsWith("/") && hostHeaders(message.rawHeaders) === 1;
  const url = isOne ? parsed(`http://${host}${target}`) : undefined;
  // A host with a path, a query or a fragment in it would shift where the target begins.
  if (url === undefined || /[/?#\\@]/.test(host)) {
    throw new Refusal({ status: 400, detail: "Invalid request target or host" });
  }
  // A name with a dot at its end is the same name.
  if (hosts !== undefined && !hosts.has(url.hostname.replace(/\.$/, ""))) {
    throw new Refusal({ status: 421, detail: `This server does not answer for ${url.hostname}` });
  }
  return url;
};

/** Answers a request whose body is not going to be read, and ends the connection. */
export const refuse = (to: ServerResponse, message: IncomingMessage, { status, detail, headers }: Refusal): void => {
  to.writeHead(status, { "content-type": "application/json", connection: "close", ...headers });
  to.end(JSON.stringify({ detail }));
  discard(message);
};

const mostDiscarded = 1024 * 1024;
const lingerMillis = 1000;

/**
 * Reads on a little and throws it away, so that a caller who is still sending gets to see the answer: closing at once would reset
 * the connection under it.
 */
export const discard = (message: IncomingMessage): void => {
  let size = 0;
  message.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > mostDiscarded) message.destroy();
  });
  message.on("error", () => message.destroy());
  message.socket.setTimeout(lingerMillis, () => message.destroy());
};

const bind = (server: Server, port: number, host: string): Promise<AddressInfo> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve(server.address() as AddressInfo);
    });
  });

/** Resolves when a response has been sent or has lost its receiver, which may have happened already. */
const ended = (message: IncomingMessage, to: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    if (to.closed || to.destroyed || message.socket.destroyed) return resolve();
    to.once("close", resolve);
  });

const elapsed = (seconds: number): Promise<void> =>
  new Promise((resolve) => {
    AbortSignal.timeout(seconds * 1000).addEventListener("abort", () => resolve(), { once: true });
  });

/** Resolves once the port is bound; rejects with Node's own error when it cannot be (`EADDRINUSE`, `EACCES`). */
export const open = async (respond: Respond, options: ListenOptions = {}): Promise<Listener> => {
  // An IPv6 address may stand in brackets, as it does in a URL.
  const host = (options.host ?? "127.0.0.1").replace(/^\[(.*)\]$/, "$1");
  if (host.trim() === "")
    throw new TypeError("listen: host is empty, which would bind every interface; say 0.0.0.0 for that");
  const { closeSeconds = 5 } = options;
  const underway = new Set<Promise<void>>();
  let hosts: ReadonlySet<string> | undefined = new Set();

  const answer = async (message: IncomingMessage, to: ServerResponse): Promise<void> => {
    const begin = () => {
      const end = ended(message, to);
      underway.add(end);
      void end.then(() => underway.delete(end));
    };
    try {
      await respond({ message, to, url: urlOf(message, hosts), begin });
    } catch (error) {
      // Anything but a refusal is the socket's end, or an answer that broke off: what was sent must not look complete.
      if (error instanceof Refusal && !to.headersSent) refuse(to, message, error);
      else message.destroy();
    }
  };

  const server = createServer((message, to) => void answer(message, to));
  // Longer than clients keep an idle connection: one that they are about to use again must not be closed under them.
  server.keepAliveTimeout = 60_000;
  server.maxConnections = options.maxConnections ?? 1024;
  const { port, address } = await bind(server, options.port ?? 0, host);
  hosts = allowedHosts(address, host, options.allowedHosts);
  return {
    url: `http://${hostOf(address)}:${port}`,
    port,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await Promise.race([Promise.all(underway), elapsed(closeSeconds)]);
      server.closeAllConnections();
      await closed;
    },
  };
};
