/**
 * The dashboard on loopback: the built page, and under `/api/` the evaluation server with the key added here, so that
 * the browser never holds one.
 *
 * 1. Only requests whose `Host` names this very address are answered (a page elsewhere cannot reach in by rebinding a name).
 * 2. `/api/` answers this page alone: what another site's page sends is refused, and a write must carry our own `Origin`.
 * 3. The page may load scripts, styles and data from here and from nowhere else.
 * 4. After `close` no connection is left open.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Assets } from "./Assets.ts";

export interface DashboardOptions {
  readonly assets: Assets;
  /** Answers a request as the evaluation server does; called with the key in place. */
  readonly api: (request: Request) => Promise<Response>;
  readonly apiKey: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Where `api` answers, e.g. `http://127.0.0.1:8787`; its host is what `api` sees in `Host`. */
  readonly apiURL?: string;
}

export interface Dashboard {
  readonly url: string;
  close(): Promise<void>;
}

const host = "127.0.0.1";
const mostBodyBytes = 1_000_000;

const safety: Readonly<Record<string, string>> = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

const forwardedHeaders = ["accept", "content-type", "x-selected-account-id"];
const ownHeaders = new Set([
  "connection",
  "content-encoding",
  "content-length",
  "keep-alive",
  "set-cookie",
  "transfer-encoding",
]);

/** Listens on 127.0.0.1; rejects with the system's error (`EADDRINUSE`, `EACCES`) when the port cannot be had. */
export const serveDashboard = async (options: DashboardOptions): Promise<Dashboard> => {
  let names: ReadonlySet<string> = new Set();
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing, options, names).catch((error: unknown) => {
      // The evaluation server went away in the middle, or the browser did: nothing more can be said than this.
      if (outgoing.headersSent) outgoing.destroy();
      else
        refuse(
          outgoing,
          502,
          `The evaluation server did not answer: ${error instanceof Error ? error.message : error}`,
        );
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  names = new Set([`${host}:${port}`, `localhost:${port}`]);
  return {
    url: `http://${host}:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const answer = async (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  options: DashboardOptions,
  names: ReadonlySet<string>,
): Promise<void> => {
  for (const [name, value] of Object.entries(safety)) outgoing.setHeader(name, value);
  const { host: asked = "", origin, "sec-fetch-site": site } = incoming.headers;
  const method = incoming.method ?? "GET";
  const isRead = method === "GET" || method === "HEAD";
  if (!names.has(asked)) return refuse(outgoing, 421, "This address is not served here.");

  const path = (incoming.url ?? "/").replace(/\?.*$/s, "");
  if (path.startsWith("/api/")) {
    const isForeign = site !== undefined && site !== "same-origin" && site !== "none";
    const isOurs = origin === undefined ? isRead : origin === `http://${asked}`;
    if (isForeign || !isOurs) return refuse(outgoing, 403, "Only the dashboard's own page may ask here.");
    return forward(incoming, outgoing, method, options);
  }
  if (!isRead) return refuse(outgoing, 405, "The page can only be read.");
  const asset = options.assets.get(path);
  if (asset === undefined) return refuse(outgoing, 404, "There is no such file.");
  outgoing.setHeader("etag", asset.etag);
  outgoing.setHeader("cache-control", asset.isHashed ? "public, max-age=31536000, immutable" : "no-cache");
  if (incoming.headers["if-none-match"] === asset.etag) return void outgoing.writeHead(304).end();
  outgoing.writeHead(200, { "content-type": asset.type, "content-length": asset.bytes.byteLength });
  outgoing.end(method === "HEAD" ? undefined : asset.bytes);
};

/** In FastAPI's shape, as every error of the evaluation server. */
const refuse = (outgoing: ServerResponse, status: number, detail: string): void => {
  outgoing.writeHead(status, { "content-type": "application/json", connection: "close" });
  outgoing.end(JSON.stringify({ detail }));
};

const forward = async (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  method: string,
  { api, apiKey, apiURL = "http://127.0.0.1" }: DashboardOptions,
): Promise<void> => {
  const headers = new Headers({ "x-api-key": apiKey });
  for (const name of forwardedHeaders) {
    const value = incoming.headers[name];
    if (typeof value === "string") headers.set(name, value);
  }
  const body = await readBody(incoming);
  if (body === "too large") return refuse(outgoing, 413, `A request may have at most ${mostBodyBytes} bytes.`);
  const gone = new AbortController();
  outgoing.once("close", () => gone.abort());
  // Cut off as text: a parsed path would already have its dots resolved, out of `/api/` perhaps.
  const url = apiURL + (incoming.url ?? "").slice("/api".length);
  const response = await api(
    new Request(url, { method, headers, signal: gone.signal, ...(body.byteLength > 0 ? { body } : {}) }),
  );
  response.headers.forEach((value, name) => {
    if (!ownHeaders.has(name)) outgoing.setHeader(name, value);
  });
  outgoing.setHeader("cache-control", "no-store");
  outgoing.writeHead(response.status);
  outgoing.end(new Uint8Array(await response.arrayBuffer()));
};

const readBody = async (incoming: IncomingMessage): Promise<Uint8Array<ArrayBuffer> | "too large"> => {
  const chunks: Array<Buffer> = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > mostBodyBytes) return "too large";
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
};
