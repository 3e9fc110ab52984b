/**
 * The dashboard on loopback: the built page, and under `/api/` the evaluation server with the key added here, so that
 * the browser never holds one.
 *
 * 1. Only requests whose `Host` names this very address are answered (a page elsewhere cannot reach in by rebinding a name).
 * 2. Only the browser that opened an invitation is answered: loopback is shared by every user and program of the machine. An
 *    invitation is good once; the browser is known by a cookie from then on.
 * 3. `/api/` answers this page alone: what another site's page sends is refused, and a write must carry our own `Origin`.
 * 4. The page may load scripts, styles and data from here and from nowhere else.
 * 5. After `close` no connection is left open.
 */
import { randomBytes } from "node:crypto";
import { listen } from "@evalwire/server";
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
  /** With a slash at the end. Answers nobody who has not opened an invitation. */
  readonly url: string;
  /** A new address that lets one browser in, once. */
  readonly invite: () => string;
  close(): Promise<void>;
}

const host = "127.0.0.1";
const maxBodyBytes = 1_000_000;

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

const forwardedHeaders = ["accept", "content-type", "if-none-match", "x-selected-account-id"];
const ownHeaders = new Set([
  "connection",
  "content-encoding",
  "content-length",
  "keep-alive",
  "set-cookie",
  "transfer-encoding",
]);

const secret = (): string => randomBytes(24).toString("base64url");

/** Who is let in: the invitations that nobody has opened, and the browser sessions of those that somebody has. */
const admission = (port: number) => {
  const invitations = new Set<string>();
  const sessions = new Set<string>();
  // Cookies know no ports: another dashboard on this machine has another name.
  const name = `evalwire-${port}`;
  return {
    invite: (): string => {
      const token = secret();
      invitations.add(token);
      return token;
    },
    /** The cookie for whoever opens the invitation; `undefined` when it was opened already, or is none. */
    open: (token: string): string | undefined => {
      if (!invitations.delete(token)) return undefined;
      const session = secret();
      sessions.add(session);
      return `${name}=${session}; Path=/; HttpOnly; SameSite=Lax`;
    },
    isKnown: (cookies: string | null): boolean =>
      (cookies ?? "").split(";").some((cookie) => {
        const [key, value] = cookie.trim().split("=");
        return key === name && value !== undefined && sessions.has(value);
      }),
  };
};

/** Listens on 127.0.0.1; rejects with the system's error (`EADDRINUSE`, `EACCES`) when the port cannot be had. */
export const serveDashboard = async (options: DashboardOptions): Promise<Dashboard> => {
  let answer: (request: Request) => Response | Promise<Response> = () => refuse(503, "The dashboard is starting.");
  const listener = await listen((request) => answer(request), {
    port: options.port,
    host,
    maxBodyBytes,
    closeSeconds: 1,
  });
  const { port } = listener;
  const names = new Set([`${host}:${port}`, `localhost:${port}`]);
  const admitted = admission(port);
  answer = async (request) => safe(await answerOf(request, options, names, admitted));
  return {
    url: `${listener.url}/`,
    invite: () => `${listener.url}/?token=${admitted.invite()}`,
    close: listener.close,
  };
};

type Admission = ReturnType<typeof admission>;

const answerOf = async (
  request: Request,
  options: DashboardOptions,
  names: ReadonlySet<string>,
  admitted: Admission,
): Promise<Response> => {
  const url = new URL(request.url);
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (!names.has(url.host)) return refuse(421, "This address is not served here.");

  const token = url.searchParams.get("token");
  const cookie = token === null || !isRead ? undefined : admitted.open(token);
  if (cookie !== undefined) return welcome(url, cookie);
  if (!admitted.isKnown(request.headers.get("cookie"))) {
    return refuse(403, "Open the address that the terminal shows; it lets one browser in, once.");
  }
  if (token !== null && isRead) return welcome(url);

  if (url.pathname.startsWith("/api/")) {
    const site = request.headers.get("sec-fetch-site");
    const origin = request.headers.get("origin");
    const isForeign = site !== null && site !== "same-origin" && site !== "none";
    const isOurs = origin === null ? isRead : origin === url.origin;
    if (isForeign || !isOurs) return refuse(403, "Only the dashboard's own page may ask here.");
    return forward(request, url, options);
  }
  if (!isRead) return refuse(405, "The page can only be read.");
  return asset(request, url, options.assets);
};

/** To the page itself: the token stays in no address bar, history or log of the page's own requests. */
const welcome = (url: URL, cookie?: string): Response => {
  url.searchParams.delete("token");
  const headers = new Headers({ location: `${url.pathname}${url.search}`, "cache-control": "no-store" });
  if (cookie !== undefined) headers.set("set-cookie", cookie);
  return new Response(null, { status: 303, headers });
};

const asset = (request: Request, url: URL, assets: Assets): Response => {
  const found = assets.get(url.pathname);
  if (found === undefined) return refuse(404, "There is no such file.");
  const headers = {
    etag: found.etag,
    "cache-control": found.isHashed ? "public, max-age=31536000, immutable" : "no-cache",
  };
  if (request.headers.get("if-none-match") === found.etag) return new Response(null, { status: 304, headers });
  return new Response(request.method === "HEAD" ? null : found.bytes, {
    headers: { ...headers, "content-type": found.type, "content-length": String(found.bytes.byteLength) },
  });
};

/** In FastAPI's shape, as every error of the evaluation server. */
const refuse = (status: number, detail: string): Response => Response.json({ detail }, { status });

const safe = (response: Response): Response => {
  for (const [name, value] of Object.entries(safety)) response.headers.set(name, value);
  return response;
};

const forward = async (
  request: Request,
  { pathname, search }: URL,
  { api, apiKey, apiURL = "http://127.0.0.1" }: DashboardOptions,
): Promise<Response> => {
  const headers = new Headers({ "x-api-key": apiKey });
  for (const name of forwardedHeaders) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  const body = await request.arrayBuffer();
  const target = apiURL + pathname.slice("/api".length) + search;
  const { method, signal } = request;
  try {
    const response = await api(
      new Request(target, { method, headers, signal, ...(body.byteLength > 0 ? { body } : {}) }),
    );
    const passed = [...response.headers].filter(([name]) => !ownHeaders.has(name));
    const isEmpty = method === "HEAD" || response.status === 304;
    return new Response(isEmpty ? null : await response.arrayBuffer(), {
      status: response.status,
      headers: [...passed, ["cache-control", "no-store"]],
    });
  } catch (error) {
    // The evaluation server went away in the middle, or the browser did.
    return refuse(502, `The evaluation server did not answer: ${error instanceof Error ? error.message : error}`);
  }
};
