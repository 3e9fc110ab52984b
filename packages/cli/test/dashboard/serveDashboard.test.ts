import { request as send } from "node:http";
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
let dashboard: Dashboard;
/** Of a browser that was let in. */
let cookie: string;

beforeEach(async () => {
  asked = [];
  answer = async () =>
    Response.json({ items: [] }, { headers: { date: "Tue, 01 Jan 2030 00:00:00 GMT", "x-request-id": "r1" } });
  const api = (request: Request) => {
    asked.push(request);
    return answer();
  };
  dashboard = await serveDashboard({ assets, api, apiKey: "secret", port: 0, apiURL: "http://127.0.0.1:9" });
  cookie = await openInvitation(dashboard.invite());
});
afterEach(() => dashboard.close());

interface Reply {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

/** What a browser keeps of the invitation it opened. */
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

  it("lets hashed files be kept, and answers 304 to whoever has the file", async () => {
    const { headers } = await ask("/assets/index-1.js");
    expect(headers["cache-control"]).toContain("immutable");
    expect((await ask("/assets/index-1.js", { headers: { "if-none-match": String(headers.etag) } })).status).toBe(304);
  });

  it.each(["/nothing.js", "/../package.json", "/%2e%2e/package.json", "/assets/../../package.json", "//etc/passwd"])(
    "knows nothing of %s",
    async (path) => {
      expect((await ask(path)).status).toBe(404);
    },
  );

  it("can only be read", async () => {
    expect((await ask("/", { method: "POST", body: "x" })).status).toBe(405);
    const head = await ask("/", { method: "HEAD" });
    expect(head.status).toBe(200);
    expect(head.body).toBe("");
  });

  it("answers for its own address alone", async () => {
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

  it("is needed for everything, and no guess is one", async () => {
    const stranger = { headers: { cookie: cookie.replace(/.$/, "!") } };
    for (const path of ["/", "/assets/index-1.js", "/api/v4/evaluations", "/?token=", "/?token=guess"]) {
      expect((await ask(path, stranger)).status).toBe(403);
      expect((await ask(path, { headers: { cookie: "" } })).status).toBe(403);
    }
    expect(asked).toEqual([]);
  });
});

describe("/api", () => {
  it("passes requests on with the key, and answers back without it", async () => {
    const { status, headers, body } = await ask("/api/v4/evaluations?limit=1&view=Task,Metrics", {
      headers: { "x-selected-account-id": "a1", cookie: `c=1; ${cookie}`, "x-api-key": "other" },
    });
    expect(status).toBe(200);
    expect(body).toBe('{"items":[]}');
    expect(asked[0]?.url).toBe("http://127.0.0.1:9/v4/evaluations?limit=1&view=Task,Metrics");
    expect(asked[0]?.headers.get("x-api-key")).toBe("secret");
    expect(asked[0]?.headers.get("x-selected-account-id")).toBe("a1");
    expect(asked[0]?.headers.get("cookie")).toBeNull();
    expect(headers.date).toBe("Tue, 01 Jan 2030 00:00:00 GMT");
    expect(headers["x-request-id"]).toBe("r1");
    expect(headers["cache-control"]).toBe("no-store");
    expect(JSON.stringify(headers)).not.toContain("secret");
  });

  it("cannot be used by another site's page", async () => {
    const refused = [
      await ask("/api/v4/evaluations", { headers: { "sec-fetch-site": "cross-site" } }),
      await ask("/api/v4/evaluations", { headers: { "sec-fetch-site": "same-site" } }),
      await ask("/api/v4/evaluations", { headers: { origin: "http://evil.example" } }),
      await ask("/api/v4/evaluations", { method: "POST", body: "{}" }),
      await ask("/api/v4/evaluations", { method: "POST", body: "{}", headers: { origin: "null" } }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
    expect(asked).toEqual([]);
  });

  it("lets its own page write", async () => {
    const headers = { origin: origin(), "sec-fetch-site": "same-origin", "content-type": "application/json" };
    const { status } = await ask("/api/v4/evaluations/e1/claim-task", {
      method: "POST",
      body: '{"skip_current":true}',
      headers,
    });
    expect(status).toBe(200);
    expect(await asked[0]?.json()).toEqual({ skip_current: true });
  });

  it("takes no body without an end", async () => {
    const headers = { origin: origin(), "content-type": "application/json" };
    const { status } = await ask("/api/v4/evaluations", { method: "POST", headers, body: "x".repeat(1_000_001) });
    expect(status).toBe(413);
    expect(asked).toEqual([]);
  });

  it("says so when the server behind it fails", async () => {
    answer = () => Promise.reject(new Error("the database is closed"));
    const { status, body } = await ask("/api/v4/evaluations");
    expect(status).toBe(502);
    expect(JSON.parse(body)).toEqual({ detail: "The evaluation server did not answer: the database is closed" });
  });
});

it("rejects with the system's own error when the port is taken", async () => {
  const port = Number(new URL(dashboard.url).port);
  await expect(serveDashboard({ assets, api: answer, apiKey: "k", port })).rejects.toMatchObject({
    code: "EADDRINUSE",
  });
});

it("leaves no connection open after close", async () => {
  await ask("/");
  await dashboard.close();
  await expect(ask("/")).rejects.toMatchObject({ code: "ECONNREFUSED" });
});
