import { request as send } from "node:http";
import { SGPClient } from "@evalwire/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Asset } from "../../src/dashboard/Assets.ts";
import { type Dashboard, serveDashboard } from "../../src/dashboard/serveDashboard.ts";

const file = (text: string, type: string, isHashed: boolean): Asset => ({
  bytes: new Uint8Array(new TextEncoder().encode(text)),
  type,
  etag: `"${text.length}"`,
  isHashed,
});
const assets = new Map([
  ["/", file("<!doctype html>page", "text/html; charset=utf-8", false)],
  ["/assets/index-1.js", file("1", "text/javascript; charset=utf-8", true)],
]);

let asked: Array<Request> = [];
let answer: () => Promise<Response>;
let client: SGPClient;
let dashboard: Dashboard;
/** Of a browser that was let in. */
let cookie: string;

const serve = (options: Partial<Parameters<typeof serveDashboard>[0]> = {}) =>
  serveDashboard({
    assets,
    port: 0,
    users: ["ada", "ben"],
    clientOf: () => client,
    server: "http://127.0.0.1:9",
    ...options,
  });

beforeEach(async () => {
  asked = [];
  answer = async () =>
    Response.json({ items: [] }, { headers: { date: "Tue, 01 Jan 2030 00:00:00 GMT", "x-request-id": "r1" } });
  client = new SGPClient({
    apiKey: "secret",
    accountID: "a1",
    baseURL: "http://127.0.0.1:9",
    maxRetries: 0,
    fetch: (url: string, init: RequestInit) => {
      asked.push(new Request(url, init));
      return answer();
    },
  });
  dashboard = await serve();
  cookie = await openInvitation(dashboard.invite());
});
afterEach(async () => {
  await dashboard.close();
  await client.close();
});

interface Reply {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

/** The cookie a browser keeps from the invitation it opened. */
const openInvitation = async (url: string): Promise<string> => {
  const { headers } = await fetch(url, { redirect: "manual" });
  return headers.get("set-cookie")?.split(";")[0] ?? "";
};

/** Unlike `fetch`, sends any path and any `Host` as they are. */
const ask = (
  path: string,
  init: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(dashboard.url);
    const outgoing = send(
      { hostname, port, path, method: init.method ?? "GET", headers: { cookie, ...init.headers }, agent: false },
      (incoming) => {
        const chunks: Array<Buffer> = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("end", () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    outgoing.on("error", reject);
    outgoing.end(init.body);
  });

const origin = () => dashboard.url.slice(0, -1);

describe("the page", () => {
  it("is served with a policy that lets it reach nothing but its own origin", async () => {
    const { status, headers, body } = await ask("/?evaluation=ev_1");
    expect(status).toBe(200);
    expect(body).toBe("<!doctype html>page");
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(headers["content-security-policy"]).not.toContain("unsafe");
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["cache-control"]).toBe("no-cache");
  });

  it("lets hashed files be kept, and answers 304 to a browser that has the file", async () => {
    const { headers } = await ask("/assets/index-1.js");
    expect(headers["cache-control"]).toContain("immutable");
    expect((await ask("/assets/index-1.js", { headers: { "if-none-match": String(headers.etag) } })).status).toBe(304);
  });

  it.each(["/nothing.js", "/../package.json", "/%2e%2e/package.json", "/assets/../../package.json", "//etc/passwd"])(
    "knows nothing of %s",
    async (path) => {
      const { status, body } = await ask(path);
      // A path that could be a route of the page's own is answered with the page, never with a file.
      expect(status === 404 || body === "<!doctype html>page").toBe(true);
    },
  );

  it("is also what its own routes are answered with, so that they can be opened and reloaded", async () => {
    expect((await ask("/evaluations/ev_1/tasks?place=held")).body).toBe("<!doctype html>page");
    expect((await ask("/assets/gone")).status).toBe(404);
  });

  it("can only be read", async () => {
    expect((await ask("/", { method: "POST", body: "x" })).status).toBe(405);
    const head = await ask("/", { method: "HEAD" });
    expect(head.status).toBe(200);
    expect(head.body).toBe("");
  });

  it("answers only for its own address", async () => {
    for (const host of ["evil.example", "127.0.0.1", "localhost:1"]) {
      expect((await ask("/", { headers: { host } })).status).toBe(421);
    }
    expect((await ask("/", { headers: { host: `localhost:${new URL(dashboard.url).port}` } })).status).toBe(200);
  });
});

describe("an invitation", () => {
  it("lets one browser in, once, and leaves no token in its address", async () => {
    const url = dashboard.invite();
    const first = await fetch(`${url}&evaluation=e1`, { redirect: "manual" });
    expect([first.status, first.headers.get("location")]).toEqual([303, "/?evaluation=e1"]);
    expect(first.headers.get("set-cookie")).toMatch(/^evalwire-\d+=[\w-]{32}; Path=\/; HttpOnly; SameSite=Lax$/);
    const second = await fetch(url, { redirect: "manual" });
    expect([second.status, second.headers.get("set-cookie")]).toEqual([403, null]);
  });

  it("is not opened by a look at the head of its address, as previews of links take", async () => {
    const url = dashboard.invite();
    const preview = await fetch(url, { method: "HEAD", redirect: "manual" });
    expect([preview.status, preview.headers.get("set-cookie")]).toEqual([403, null]);
    expect(await openInvitation(url)).toMatch(/^evalwire-/);
  });

  it.each(["//evil.example/", "/\\\\evil.example/", "///evil.example/", "/.//evil.example/"])(
    "leads to no other address, opened at %s",
    async (path) => {
      const target = async (token: string, cookies: string) => {
        const { status, headers } = await ask(`${path}?token=${token}`, { headers: { cookie: cookies } });
        return [status, new URL(String(headers.location), dashboard.url).origin];
      };
      const token = new URL(dashboard.invite()).searchParams.get("token")!;
      expect(await target(token, "")).toEqual([303, origin()]);
      expect(await target("guess", cookie)).toEqual([303, origin()]);
    },
  );

  it("is needed for everything, and no guess is one", async () => {
    const stranger = { headers: { cookie: cookie.replace(/.$/, "!") } };
    for (const path of ["/", "/assets/index-1.js", "/relay/v4/evaluations", "/session", "/?token=", "/?token=guess"]) {
      expect((await ask(path, stranger)).status).toBe(403);
      expect((await ask(path, { headers: { cookie: "" } })).status).toBe(403);
    }
    expect(asked).toEqual([]);
  });
});

describe("/session", () => {
  it("says who the page acts for: the user of the invitation", async () => {
    const first = await ask("/session");
    expect(JSON.parse(first.body)).toEqual({
      user: "ada",
      users: ["ada", "ben"],
      server: "http://127.0.0.1:9",
      isReadOnly: false,
    });
    const bens = await openInvitation(dashboard.invite("ben"));
    expect(JSON.parse((await ask("/session", { headers: { cookie: bens } })).body).user).toBe("ben");
  });
});

describe("/relay", () => {
  it("passes reads on with the key, and answers back without it", async () => {
    const { status, headers, body } = await ask("/relay/v4/evaluations?limit=1&view=AsyncJobs", {
      headers: { cookie: `c=1; ${cookie}`, "x-api-key": "other" },
    });
    expect(status).toBe(200);
    expect(body).toBe('{"items":[]}');
    expect(asked[0]?.url).toBe("http://127.0.0.1:9/v4/evaluations?limit=1&view=AsyncJobs");
    expect(asked[0]?.headers.get("x-api-key")).toBe("secret");
    expect(asked[0]?.headers.get("x-selected-account-id")).toBe("a1");
    expect(asked[0]?.headers.get("cookie")).toBeNull();
    expect(headers.date).toBe("Tue, 01 Jan 2030 00:00:00 GMT");
    expect(headers["x-request-id"]).toBe("r1");
    expect(JSON.stringify(headers)).not.toContain("secret");
  });

  it("cannot be used by another site's page", async () => {
    const refused = [
      await ask("/relay/v4/evaluations", { headers: { "sec-fetch-site": "cross-site" } }),
      await ask("/relay/v4/evaluations", { headers: { "sec-fetch-site": "same-site" } }),
      await ask("/relay/v4/evaluations", { headers: { origin: "http://evil.example" } }),
      await ask("/relay/v4/evaluations/e1/claim-task", { method: "POST", body: "{}" }),
      await ask("/relay/v4/evaluations/e1/claim-task", { method: "POST", body: "{}", headers: { origin: "null" } }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
    expect(asked).toEqual([]);
  });

  const own = () => ({ origin: origin(), "sec-fetch-site": "same-origin", "content-type": "application/json" });

  it("lets its own page write what a dashboard writes, and nothing else", async () => {
    answer = async () => Response.json(null);
    const claim = { method: "POST", body: '{"skip_current":true}', headers: own() };
    expect((await ask("/relay/v4/evaluations/e1/claim-task", claim)).status).toBe(200);
    expect(await asked[0]?.json()).toEqual({ skip_current: true });
    expect((await ask("/relay/v4/evaluations/e1", { method: "DELETE", headers: own() })).status).toBe(403);
    expect(asked).toHaveLength(1);
  });

  it("writes nothing when it is read-only, and still reads", async () => {
    await dashboard.close();
    dashboard = await serve({ isReadOnly: true });
    cookie = await openInvitation(dashboard.invite());
    const claim = { method: "POST", body: "{}", headers: own() };
    expect((await ask("/relay/v4/evaluations/e1/claim-task", claim)).status).toBe(403);
    expect(asked).toEqual([]);
    expect((await ask("/relay/v4/evaluations")).status).toBe(200);
  });

  it("takes no body without an end", async () => {
    const init = { method: "POST", headers: own(), body: "x".repeat(1_000_001) };
    expect((await ask("/relay/v4/evaluations/e1/claim-task", init)).status).toBe(413);
    expect(asked).toEqual([]);
  });

  it("says so when the server behind it fails, and when it refuses the key", async () => {
    answer = () => Promise.reject(new Error("the database is closed"));
    const { status, body } = await ask("/relay/v4/evaluations");
    expect([status, JSON.parse(body).detail]).toEqual([502, "The platform cannot be reached."]);
    answer = async () => Response.json({ detail: "no such key" }, { status: 401 });
    const refused = await ask("/relay/v4/evaluations");
    expect(refused.status).toBe(502);
    expect(JSON.parse(refused.body).detail).toContain("key");
  });
});

it("rejects with the system's own error when the port is taken", async () => {
  const port = Number(new URL(dashboard.url).port);
  await expect(serve({ port })).rejects.toMatchObject({
    code: "EADDRINUSE",
  });
});

it("leaves no connection open after close", async () => {
  await ask("/");
  await dashboard.close();
  await expect(ask("/")).rejects.toMatchObject({ code: "ECONNREFUSED" });
});
