/** A proxy on the page's own origin that adds the key. Run it: `node examples/09-key-proxy.ts` */
import { SGPClient } from "@evalwire/core";
import { smallEvaluation } from "./smallEvaluation.ts";

export interface ProxyOptions {
  /** Where the platform is. */
  readonly baseURL: string;
  readonly apiKey: string;
  /** Whether this visitor may: a session, a role. The key can do everything, so this decides what the page can do. */
  readonly allow: (request: Request, path: string) => boolean | Promise<boolean>;
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

const passedOn = ["accept", "content-type", "x-selected-account-id"];

/**
 * Passes `/api/v4/…` and `/api/v5/…` on with the key added. Web-standard, so it is a route handler of Next (`app/api/[...path]/route.ts`:
 * `export { proxy as GET, proxy as POST, proxy as PATCH }`), of Hono, Bun, Deno and workers as it stands.
 */
export const keyProxy =
  ({ baseURL, apiKey, allow, fetch = globalThis.fetch }: ProxyOptions) =>
  async (request: Request): Promise<Response> => {
    const { pathname, search } = new URL(request.url);
    const path = pathname.replace(/^\/api(?=\/v[45]\/)/, "");
    if (path === pathname) return Response.json({ detail: "no such path" }, { status: 404 });
    // Another site's page can send requests here with the visitor's cookies: its browser says so.
    const site = request.headers.get("sec-fetch-site");
    if (site !== null && site !== "same-origin") return Response.json({ detail: "another site" }, { status: 403 });
    if (!(await allow(request, path))) return Response.json({ detail: "not allowed" }, { status: 403 });
    const headers: Record<string, string> = { "x-api-key": apiKey };
    for (const name of passedOn) {
      const value = request.headers.get(name);
      if (value !== null) headers[name] = value;
    }
    const hasBody = request.method !== "GET" && request.method !== "HEAD";
    const answer = await fetch(baseURL + path + search, {
      method: request.method,
      headers,
      signal: request.signal,
      redirect: "manual",
      ...(hasBody ? { body: await request.text() } : {}),
    });
    // The body is decoded already; what described its encoding and its connection is not passed on.
    const kept = new Headers(answer.headers);
    for (const name of ["content-encoding", "content-length", "set-cookie", "connection"]) kept.delete(name);
    return new Response(answer.body, { status: answer.status, headers: kept });
  };

export const main = async (print: (line: string) => void): Promise<void> => {
  await using world = await smallEvaluation();
  const proxy = keyProxy({
    baseURL: "http://evalwire.localhost",
    apiKey: "key-ada",
    allow: (request) => request.method === "GET",
    fetch: world.server.fetch,
  });
  // The page's client: no key, and its own origin.
  const page = new SGPClient({
    apiKey: null,
    baseURL: "https://board.example.com/api",
    fetch: (url, init) => proxy(new Request(url, init as RequestInit)),
  });
  const { name } = await page.evaluations.retrieve(world.evaluation.id);
  print(`read: ${name}`);
  const refused = await page.evaluations.claimTask(world.evaluation.id).catch((error) => error);
  print(`write: ${refused.reason._tag}`);
};

if (import.meta.main) await main(console.log);
