import { connect, type Socket } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, describe, expect, it } from "vitest";
import { createServer, type EvalwireServer, type Listener, type ServerOptions } from "../src/index.ts";

const open: Array<EvalwireServer> = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

const start = async (options: Partial<ServerOptions> = {}, host?: string) => {
  const server = await createServer({ apiKeys: { k: "ada" }, ...options });
  open.push(server);
  const listener = await server.listen(host === undefined ? {} : { host });
  return { server, listener };
};

/** Sends bytes as they are, and gives what comes back until the server ends the connection. */
const raw = (
  { port }: Listener,
  text: string,
  then?: (socket: Socket) => void,
  address = "127.0.0.1",
): Promise<string> =>
  new Promise((resolve) => {
    let received = "";
    const socket = connect(port, address, () => {
      socket.write(text);
      then?.(socket);
    });
    socket.on("data", (chunk) => {
      received += chunk.toString();
    });
    socket.on("error", () => resolve(received));
    socket.on("close", () => resolve(received));
  });

const get = (path: string, host: string, more = ""): string =>
  `GET ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n${more}\r\n`;

describe("a server on a socket", () => {
  it("answers what it would answer without one", async () => {
    const { server, listener } = await start({ seed: 1 });
    const init = { method: "POST", headers: { "x-api-key": "k", "content-type": "application/json" } };
    const body = '{"account_id":"a","name":"naïve 🌉","description":"d"}';
    const socket = await fetch(`${listener.url}/v4/application-specs`, { ...init, body });
    expect([socket.status, socket.headers.get("content-type")]).toEqual([200, "application/json"]);
    const made = (await socket.json()) as { id: string; name: string };
    expect(made.name).toBe("naïve 🌉");
    const path = `/v4/application-specs/${made.id}`;
    const inside = await server.fetch(`http://anywhere${path}`, { headers: { "x-api-key": "k" } });
    const outside = await fetch(listener.url + path, { headers: { "x-api-key": "k" } });
    expect(await outside.json()).toEqual(await inside.json());
  });

  it("binds loopback, and takes a free port, by default", async () => {
    const { listener } = await start();
    expect(listener.url).toBe(`http://127.0.0.1:${listener.port}`);
    expect(listener.port).toBeGreaterThan(0);
    const { server } = await start();
    await expect(server.listen({ port: listener.port })).rejects.toThrow(/EADDRINUSE/);
  });

  it("on loopback answers only to loopback's names", async () => {
    const { listener } = await start();
    for (const host of [
      "localhost",
      "localhost.",
      "127.0.0.1",
      "LOCALHOST",
      `127.0.0.1:${listener.port}`,
      "[::1]:80",
    ]) {
      expect(await raw(listener, get("/health", host))).toMatch(/^HTTP\/1\.1 200 /);
    }
    for (const host of ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "10.0.0.1"]) {
      expect(await raw(listener, get("/health", host))).toMatch(/^HTTP\/1\.1 421 [\s\S]*does not answer for/);
    }
  });

  it("knows loopback by the address that was bound, however it is spelled", async () => {
    for (const host of [
      "LOCALHOST",
      "127.0.0.2",
      "::ffff:127.0.0.1",
      "0:0:0:0:0:0:0:1",
      "[::1]",
      "2130706433",
      "127.1",
    ]) {
      const { listener } = await start({}, host);
      expect((await fetch(`${listener.url}/health`)).status).toBe(200);
      const { hostname } = new URL(listener.url);
      const at = (name: string) => raw(listener, get("/health", name), undefined, hostname.replace(/^\[|\]$/g, ""));
      expect(await at("evil.example")).toMatch(/^HTTP\/1\.1 421 /);
      expect(await at(hostname)).toMatch(/^HTTP\/1\.1 200 /);
    }
    const { server } = await start();
    await expect(server.listen({ host: "" })).rejects.toThrow(/host is empty, which would bind every interface/);
  });

  it("elsewhere answers to any name, or to those it was given", async () => {
    const { server, listener } = await start({}, "0.0.0.0");
    expect(await raw(listener, get("/health", "any.example"))).toMatch(/^HTTP\/1\.1 200 /);
    const named = await server.listen({ host: "0.0.0.0", allowedHosts: ["sgp.example"] });
    expect(await raw(named, get("/health", "sgp.example:8080"))).toMatch(/^HTTP\/1\.1 200 /);
    expect(await raw(named, get("/health", "any.example"))).toMatch(/^HTTP\/1\.1 421 /);
  });

  it("refuses what is no request", async () => {
    const { listener } = await start();
    expect(await raw(listener, get("//evil.example/health", "localhost"))).toMatch(/^HTTP\/1\.1 404 /);
    expect(await raw(listener, get("http://evil.example/health", "localhost"))).toMatch(/^HTTP\/1\.1 400 /);
    expect(await raw(listener, get("/health", "a b"))).toMatch(/^HTTP\/1\.1 400 /);
    expect(await raw(listener, "TRACE /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")).toMatch(
      /^HTTP\/1\.1 405 /,
    );
    expect(await raw(listener, "no http at all\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 /);
  });

  it("wants one host, and nothing but a host", async () => {
    const { listener } = await start();
    const twice = get("/health", "localhost", "host: localhost\r\n");
    expect(await raw(listener, twice)).toMatch(/^HTTP\/1\.1 400 /);
    for (const host of ["a@localhost", "a:b@localhost", "localhost/x", "localhost?x", "localhost#x"]) {
      expect(await raw(listener, get("/health", host))).toMatch(/^HTTP\/1\.1 400 /);
    }
  });

  it("reads no body before the key is known", async () => {
    const { listener } = await start();
    const head = "POST /v4/application-specs HTTP/1.1\r\nhost: localhost\r\ncontent-length: 60000000\r\n";
    for (const key of ["", "x-api-key: wrong\r\n"]) {
      expect(await raw(listener, `${head}${key}\r\n{`)).toMatch(/^HTTP\/1\.1 401 [\s\S]*connection: close/i);
    }
    const nowhere = head.replace("/v4/application-specs", "/v4/nowhere");
    expect(await raw(listener, `${nowhere}x-api-key: k\r\n\r\n{`)).toMatch(/^HTTP\/1\.1 404 /);
  });

  it("keeps the connection when what was not read is short", async () => {
    const { listener } = await start();
    const refused = "POST /v4/application-specs HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n{}";
    expect(await raw(listener, refused + get("/health", "localhost"))).toMatch(
      /^HTTP\/1\.1 401 [\s\S]*HTTP\/1\.1 200 /,
    );
  });

  it("has a bound to its connections", async () => {
    const { server } = await start();
    const listener = await server.listen({ maxConnections: 1 });
    const first = raw(listener, "GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n");
    await fetch(`${listener.url}/health`).catch(String);
    expect(await raw(listener, get("/health", "localhost"))).toBe("");
    await server.close();
    expect(await first).toMatch(/^HTTP\/1\.1 200 /);
  });

  it("sends long answers compressed to clients that accept that, and a list once", async () => {
    const { server, listener } = await start();
    const headers = { "x-api-key": "k", "content-type": "application/json" };
    const body = JSON.stringify({ account_id: "a", name: "n".repeat(20_000), description: "d" });
    await server.fetch("http://localhost/v4/application-specs", { method: "POST", headers, body });
    const path = `${listener.url}/v4/application-specs`;
    const plain = await fetch(path, { headers: { ...headers, "accept-encoding": "identity" } });
    expect(plain.headers.get("content-encoding")).toBeNull();
    const packed = await fetch(path, { headers: { ...headers, "accept-encoding": "gzip" } });
    expect([packed.headers.get("content-encoding"), packed.headers.get("vary")]).toEqual(["gzip", "accept-encoding"]);
    expect(Number(packed.headers.get("content-length"))).toBeLessThan(1_000);
    expect(await packed.json()).toEqual(await plain.json());
  });

  it("compresses an answer that only one client gets for clients that are not on this machine", async () => {
    const { server, listener } = await start();
    const headers = { "x-api-key": "k", "content-type": "application/json", "accept-encoding": "gzip" };
    const body = JSON.stringify({ account_id: "a", name: "n".repeat(20_000), description: "d" });
    const made = await server.fetch("http://localhost/v4/application-specs", { method: "POST", headers, body });
    const path = `${listener.url}/v4/application-specs/${((await made.json()) as { id: string }).id}`;
    const answers = [];
    for (const more of [{}, { "x-forwarded-for": "192.0.2.1" }, { forwarded: "for=192.0.2.1" }, { via: "1.1 proxy" }]) {
      const answer = await fetch(path, { headers: { ...headers, ...more } });
      expect(((await answer.json()) as { name: string }).name).toHaveLength(20_000);
      answers.push([answer.headers.get("content-encoding"), answer.headers.get("vary")]);
    }
    const packed = ["gzip", "accept-encoding"];
    expect(answers).toEqual([[null, "accept-encoding"], packed, packed, packed]);
  });

  it("answers many at once compressed while it is written to: each answer whole, and of one moment", async () => {
    const { listener } = await start();
    const headers = { "x-api-key": "k", "content-type": "application/json" };
    const path = `${listener.url}/v4/application-specs`;
    const write = async (index: number) => {
      const body = JSON.stringify({ account_id: "a", name: `${index}`, description: `${index} `.repeat(500) });
      expect((await fetch(path, { method: "POST", headers, body })).status).toBe(200);
    };
    for (let index = 0; index < 20; index++) await write(index);
    const read = async () => {
      const response = await fetch(`${path}?limit=1000`, { headers: { ...headers, "accept-encoding": "gzip" } });
      expect(response.headers.get("content-encoding")).toBe("gzip");
      const page = (await response.json()) as {
        items: ReadonlyArray<{ name: string; description: string }>;
        total_item_count: number;
      };
      expect(page.items.length).toBe(page.total_item_count);
      expect(page.items.map(({ name }) => name)).toEqual(page.items.map((_, index) => `${index}`));
      for (const { name, description } of page.items) expect(description).toBe(`${name} `.repeat(500));
      return page.total_item_count;
    };
    const writing = (async () => {
      for (let index = 20; index < 60; index++) await write(index);
    })();
    const counts = await Promise.all(Array.from({ length: 60 }, read));
    await writing;
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(20);
    expect(await read()).toBe(60);
  });

  it("is closed although clients leave while their answers are compressed", async () => {
    const { server, listener } = await start();
    const headers = { "x-api-key": "k", "content-type": "application/json" };
    const body = JSON.stringify({ account_id: "a", name: "n", description: "d ".repeat(500_000) });
    await fetch(`${listener.url}/v4/application-specs`, { method: "POST", headers, body });
    const asked = get("/v4/application-specs", "localhost", "x-api-key: k\r\naccept-encoding: gzip\r\n");
    const left = Array.from({ length: 20 }, (_, index) =>
      raw(listener, asked, (socket) =>
        setImmediate(() => (index % 2 === 0 ? socket.resetAndDestroy() : socket.destroy())),
      ),
    );
    await Promise.all(left);
    expect((await fetch(`${listener.url}/health`)).status).toBe(200);
    await server.close();
  });

  it("reads no body past its limit, announced or not", async () => {
    const { listener } = await start({ maxBodyBytes: 10 });
    const head = "POST /v4/application-specs HTTP/1.1\r\nhost: localhost\r\nx-api-key: k\r\n";
    const announced = await raw(listener, `${head}content-length: 11\r\n\r\n`);
    expect(announced).toMatch(/^HTTP\/1\.1 413 [\s\S]*connection: close/i);
    const chunked = await raw(listener, `${head}transfer-encoding: chunked\r\n\r\nb\r\n01234567890\r\n`);
    expect(chunked).toMatch(/^HTTP\/1\.1 413 /);
  });

  it("one that goes away while sending affects no other", async () => {
    const { listener } = await start();
    const head = "POST /v4/application-specs HTTP/1.1\r\nhost: localhost\r\nx-api-key: k\r\ncontent-length: 9\r\n\r\n";
    await raw(listener, `${head}{"a"`, (socket) => socket.destroy());
    expect((await fetch(`${listener.url}/health`)).status).toBe(200);
  });

  it("close leaves no connection: neither an idle one nor one in the middle of sending", async () => {
    const { server, listener } = await start();
    const sending = raw(
      listener,
      "POST /v4/questions HTTP/1.1\r\nhost: localhost\r\nx-api-key: k\r\ncontent-length: 9\r\n\r\n{",
    );
    const idle = raw(listener, "GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n");
    await fetch(`${listener.url}/health`);
    await server.close();
    expect(await idle).toMatch(/^HTTP\/1\.1 200 /);
    expect(await sending).toBe("");
    await expect(fetch(`${listener.url}/health`)).rejects.toThrow();
  });
});

describe("close settles", () => {
  const long = "GET /v4/application-specs HTTP/1.1\r\nhost: localhost\r\nx-api-key: k\r\n\r\n";
  const leave = (socket: Socket, how: "end" | "reset") => (how === "end" ? socket.destroy() : socket.resetAndDestroy());

  for (const how of ["end", "reset"] as const) {
    for (const size of [10, 3_000_000]) {
      it(`when a client left before its answer of ${size} bytes (${how})`, async () => {
        const gone = Promise.withResolvers<void>();
        const arrived = Promise.withResolvers<void>();
        const { server, listener } = await start({
          faults: async () => {
            arrived.resolve();
            await gone.promise;
            return new Response("x".repeat(size));
          },
        });
        const socket = connect(listener.port, "127.0.0.1", () => socket.write(long));
        await arrived.promise;
        const closed = new Promise((resolve) => socket.once("close", resolve));
        leave(socket, how);
        await closed;
        gone.resolve();
        await server.close();
      });
    }
  }

  it("when a fault never answers, and its client has left or waits", async () => {
    const arrived = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let count = 0;
    const { server } = await start({
      faults: () => {
        arrived[count++]!.resolve();
        return new Promise(() => undefined);
      },
    });
    const listener = await server.listen({ closeSeconds: 0 });
    const leaving = connect(listener.port, "127.0.0.1", () => leaving.write(long));
    await arrived[0]!.promise;
    leaving.destroy();
    const waiting = raw(listener, long);
    await arrived[1]!.promise;
    await server.close();
    expect(await waiting).toBe("");
  });

  it("when a client left while its work was under way, which is done all the same", async () => {
    const { server, listener } = await start();
    const body = '{"account_id":"a","name":"n","description":"d"}';
    const head = `POST /v4/application-specs HTTP/1.1\r\nhost: localhost\r\nx-api-key: k\r\ncontent-length: ${body.length}\r\n\r\n`;
    await raw(listener, head + body, (socket) => setImmediate(() => socket.resetAndDestroy()));
    await server.close();
    await server.close();
  });
});

describe("faults", () => {
  it("may answer instead, refuse, or break an answer off, which then looks broken", async () => {
    let fault: NonNullable<ServerOptions["faults"]> = (request, next) => next(request);
    const { server, listener } = await start({ faults: (request, next) => fault(request, next) });
    fault = () => new Response("slow down", { status: 429, headers: { "retry-after": "3" } });
    const limited = await fetch(`${listener.url}/health`);
    expect([limited.status, limited.headers.get("retry-after"), await limited.text()]).toEqual([429, "3", "slow down"]);

    fault = () => Promise.reject(new Error("reset"));
    await expect(fetch(`${listener.url}/health`)).rejects.toThrow("fetch failed");
    await expect(server.fetch("http://localhost/health")).rejects.toThrow("reset");

    fault = () => {
      const body = new ReadableStream({
        pull: (controller) => {
          controller.enqueue(new TextEncoder().encode('{"status":'));
          controller.error(new Error("cut"));
        },
      });
      return new Response(body, { headers: { "content-type": "application/json" } });
    };
    const cut = await fetch(`${listener.url}/health`)
      .then((response) => response.text())
      .catch(String);
    expect(cut).toMatch(/terminated|failed/);

    fault = async (request, next) => {
      await next(request);
      throw new Error("lost after commit");
    };
    const init = {
      method: "POST",
      headers: { "x-api-key": "k", "content-type": "application/json" },
      body: '{"account_id":"a","name":"n","description":"d"}',
    };
    await expect(server.fetch("http://localhost/v4/application-specs", init)).rejects.toThrow("lost after commit");
    fault = (request, next) => next(request);
    const listed = await server.fetch("http://localhost/v4/application-specs", { headers: { "x-api-key": "k" } });
    expect(((await listed.json()) as { total_item_count: number }).total_item_count).toBe(1);
  });

  it("a caller who gives up is let go; what was begun is done all the same", async () => {
    const { server } = await start();
    const init = {
      method: "POST",
      headers: { "x-api-key": "k", "content-type": "application/json" },
      body: '{"account_id":"a","name":"n","description":"d"}',
    };
    const controller = new AbortController();
    const pending = server.fetch("http://localhost/v4/application-specs", { ...init, signal: controller.signal });
    await Promise.resolve();
    controller.abort(new Error("enough"));
    await expect(pending).rejects.toThrow("enough");
    await expect(
      server.fetch("http://localhost/v4/application-specs", {
        ...init,
        signal: AbortSignal.abort(new Error("before")),
      }),
    ).rejects.toThrow("before");
    const listed = await server.fetch("http://localhost/v4/application-specs", { headers: { "x-api-key": "k" } });
    expect(((await listed.json()) as { total_item_count: number }).total_item_count).toBe(1);
  });

  it("a caller who gives up is let go, also when the request was collected before", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const answers: Array<(response: Response) => void> = [];
    const { server } = await start({ faults: () => new Promise((resolve) => answers.push(resolve)) });
    const controller = new AbortController();
    const pending = server.fetch("http://localhost/v4/application-specs", { signal: controller.signal });
    for (let turns = 0; turns < 2; turns++) {
      await new Promise((resolve) => setImmediate(resolve));
      collect();
    }
    controller.abort(new Error("enough"));
    const silence = new Promise((resolve) => setImmediate(() => setImmediate(() => resolve("still waiting"))));
    await expect(Promise.race([pending, silence])).rejects.toThrow("enough");
    for (const answer of answers) answer(new Response());
  });
});
