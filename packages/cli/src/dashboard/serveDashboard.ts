/**
 * The dashboard on loopback: the built page, and under `/relay/` the evaluation server behind a relay, so that the browser never
 * holds a key.
 *
 * 1. Only requests whose `Host` names this very address are answered (a page elsewhere cannot reach in by rebinding a name).
 * 2. Only the browser that opened an invitation is answered: loopback is shared by every user and program of the machine. An
 *    invitation is good once and stands for one user; the browser is known by a cookie from then on. Only GET opens one: HEAD
 *    changes nothing.
 * 3. `/relay/` and `/session` answer only this page: requests of other sites' pages are refused, and a write must carry our own
 *    `Origin`.
 * 4. Writes are the few that a dashboard makes; none when it is read-only.
 * 5. The page may load scripts, styles and data from here and from nowhere else.
 * 6. After `close` no connection is left open.
 */
import { createHash, randomBytes } from "node:crypto";
import type { SGPClient } from "@evalwire/core";
import { createRelay, type Relay, type RelayCall, type RelayOptions } from "@evalwire/relay";
import { listen } from "@evalwire/server";
import type { Assets } from "./Assets.ts";

export interface DashboardOptions {
  readonly assets: Assets;
  /** 0 takes a free one. */
  readonly port: number;
  /** The users who can be invited, by their ids on the evaluation server; the first is invited where none is named. */
  readonly users: readonly [string, ...ReadonlyArray<string>];
  /** The client that acts for a user; it stays the caller's to close. */
  readonly clientOf: (user: string) => SGPClient;
  /** Name of the evaluation server on the page, e.g. its address. */
  readonly server: string;
  /** Whether the page may only look. Default false. */
  readonly isReadOnly?: boolean;
  /** Options of the watches behind the page. */
  readonly watch?: RelayOptions["watch"];
  /** Time for the relay; the machine's when left out. Give the clients the same. */
  readonly clock?: RelayOptions["clock"];
  /** Called with failures inside the relay; default: they are ignored. */
  readonly onFailure?: (error: unknown) => void;
}

export interface Dashboard {
  /** With a slash at the end. Answers only browsers that have opened an invitation. */
  readonly url: string;
  /** A new address that lets one browser in, once, as one of the users. */
  readonly invite: (user?: string) => string;
  /** How many feeds are read just now, and of how many evaluations: the tabs of a browser share one each. */
  readonly readers: Relay["readers"];
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

/** The calls that change tasks from a dashboard; every other route of the contract can only be read. */
const writes: ReadonlySet<string> = new Set([
  "evaluations.claimTask",
  "evaluations.tasks.update",
  "evaluations.tasks.batchAssign",
  "evaluations.testCaseResults.update",
]);

const secret = (): string => randomBytes(24).toString("base64url");

/** Access: the invitations not opened yet, and the browser sessions of those that were, by their user. */
const admission = (port: number) => {
  const invitations = new Map<string, string>();
  const sessions = new Map<string, string>();
  // Cookies know no ports: another dashboard on this machine has another name.
  const name = `evalwire-${port}`;
  return {
    invite: (user: string): string => {
      const token = secret();
      invitations.set(token, user);
      return token;
    },
    /** The cookie for the browser that opens the invitation; `undefined` when it was opened already, or is none. */
    open: (token: string): string | undefined => {
      const user = invitations.get(token);
      if (user === undefined) return undefined;
      invitations.delete(token);
      const session = secret();
      sessions.set(session, user);
      return `${name}=${session}; Path=/; HttpOnly; SameSite=Lax`;
    },
    userOf: (cookies: string | null): string | undefined => {
      for (const cookie of (cookies ?? "").split(";")) {
        const [key, value] = cookie.trim().split("=");
        const user = key === name ? sessions.get(value ?? "") : undefined;
        if (user !== undefined) return user;
      }
      return undefined;
    },
  };
};

/** Listens on 127.0.0.1; rejects with the system's error (`EADDRINUSE`, `EACCES`) when the port is not available. */
export const serveDashboard = async (options: DashboardOptions): Promise<Dashboard> => {
  const { users, clientOf, isReadOnly = false, watch, clock, onFailure } = options;
  let answer: (request: Request) => Response | Promise<Response> = () => refuse(503, "The dashboard is starting.");
  const listener = await listen((request) => answer(request), {
    port: options.port,
    host,
    maxBodyBytes,
    closeSeconds: 1,
  });
  const { port } = listener;
  const admitted = admission(port);
  const mayDo = (call: RelayCall): boolean =>
    call.kind === "feed" || call.endpoint.method === "GET" || (!isReadOnly && writes.has(call.name));
  const relay = createRelay({
    client: clientOf,
    authorize: (request, call) => {
      const user = admitted.userOf(request.headers.get("cookie"));
      return user !== undefined && mayDo(call) ? { user, rows: "all" } : false;
    },
    // One reader with many tabs, on this machine.
    limits: { callsPerMinute: 12_000, feeds: 64, bodyBytes: maxBodyBytes },
    ...(watch === undefined ? {} : { watch }),
    ...(clock === undefined ? {} : { clock }),
    ...(onFailure === undefined ? {} : { onFailure }),
  });
  const names = new Set([`${host}:${port}`, `localhost:${port}`]);
  const door = { options, names, admitted, relay };
  answer = async (request) => safe(await answerOf(request, door));
  return {
    url: `${listener.url}/`,
    invite: (user = users[0]) => `${listener.url}/?token=${admitted.invite(user)}`,
    readers: relay.readers,
    close: async () => {
      await relay.close();
      await listener.close();
    },
  };
};

interface Door {
  readonly options: DashboardOptions;
  readonly names: ReadonlySet<string>;
  readonly admitted: ReturnType<typeof admission>;
  readonly relay: Relay;
}

const answerOf = async (request: Request, { options, names, admitted, relay }: Door): Promise<Response> => {
  const url = new URL(request.url);
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (!names.has(url.host)) return refuse(421, "This address is not served here.");

  const token = url.searchParams.get("token");
  const cookie = token === null || request.method !== "GET" ? undefined : admitted.open(token);
  if (cookie !== undefined) return welcome(url, cookie);
  const user = admitted.userOf(request.headers.get("cookie"));
  if (user === undefined) return stranger(request);
  if (token !== null && isRead) return welcome(url);

  if (url.pathname.startsWith("/relay/") || url.pathname === "/session") {
    const site = request.headers.get("sec-fetch-site");
    const origin = request.headers.get("origin");
    const isForeign = site !== null && site !== "same-origin" && site !== "none";
    const isOurs = origin === null ? isRead : origin === url.origin;
    if (isForeign || !isOurs) return refuse(403, "Only the dashboard's own page may ask here.");
    return url.pathname === "/session" ? sessionOf(user, options) : relay.fetch(request);
  }
  if (!isRead) return refuse(405, "The page can only be read.");
  return asset(request, url, options.assets);
};

/** The user the page acts for, and its server. */
const sessionOf = (user: string, { users, server, isReadOnly = false }: DashboardOptions): Response =>
  Response.json({ user, users, server, isReadOnly }, { headers: { "cache-control": "no-store" } });

const uninvited = "This browser is not invited";
const howToBeInvited = "Open the address that the terminal shows; it lets one browser in, once.";

// The page's own files are for those who were let in: this one brings its style along.
const strangerStyle = `:root{color-scheme:light dark}
body{margin:0;padding:12vh 16px;background:light-dark(#f4f6f5,#101517);color:light-dark(#17211f,#e7eeec);font:16px/1.5 system-ui,sans-serif}
main{max-width:56ch;margin:0 auto}h1{font-size:22px}b{color:light-dark(#0b6e63,#4fc3b1)}`;
const strangerPage = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>evalwire</title><style>${strangerStyle}</style>
<main><p><b>evalwire</b></p><h1>${uninvited}</h1><p>${howToBeInvited}</p></main></html>`;
const strangerPolicy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(strangerStyle).digest("base64")}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** A person gets a page to read, a program an error in the usual shape. */
const stranger = (request: Request): Response => {
  if (!(request.headers.get("accept") ?? "").includes("text/html"))
    return refuse(403, `${uninvited}. ${howToBeInvited}`);
  const headers = { "content-type": "text/html; charset=utf-8", "content-security-policy": strangerPolicy };
  return new Response(strangerPage, { status: 403, headers });
};

/** To the page itself: the token stays in no address bar, history or log of the page's own requests. */
const welcome = (url: URL, cookie?: string): Response => {
  url.searchParams.delete("token");
  // Two slashes at its beginning would name another host.
  const path = url.pathname.replace(/^\/+/, "/");
  const headers = new Headers({ location: `${path}${url.search}`, "cache-control": "no-store" });
  if (cookie !== undefined) headers.set("set-cookie", cookie);
  return new Response(null, { status: 303, headers });
};

/** A file; or the page itself for its own routes, which have no dot in their last part. */
const asset = (request: Request, url: URL, assets: Assets): Response => {
  const isRoute = !/\.[^/]*$/.test(url.pathname) && !url.pathname.startsWith("/assets/");
  const found = assets.get(url.pathname) ?? (isRoute ? assets.get("/") : undefined);
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
  for (const [name, value] of Object.entries(safety)) {
    // The page for strangers has a policy of its own, which is as strict.
    if (name !== "content-security-policy" || !response.headers.has(name)) response.headers.set(name, value);
  }
  return response;
};
