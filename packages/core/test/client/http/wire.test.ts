/**
 * The client against a real socket that misbehaves.
 */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { inspect } from "node:util";
import { gzipSync } from "node:zlib";
import { afterEach, expect, it } from "vitest";
import { type ClientOptions, SGPClient } from "../../../src/index.ts";
import { SimulatedClock } from "../../../src/testing.ts";
import * as bodies from "../bodies.ts";
import { key } from "../script.ts";

const evaluation = { ...bodies.evaluation, name: "Zusammenfassungen – 要約" };
const text = JSON.stringify(evaluation);

const open: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const listen = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

/** A server that answers the nth request with the nth step, the last one from then on; and a client of it. */
const serve = async (steps: ReadonlyArray<RequestListener>, options: ClientOptions = {}) => {
  const asked: Array<IncomingMessage> = [];
  const server = createServer((request, response) => {
    asked.push(request);
    steps[Math.min(asked.length, steps.length) - 1]!(request, response);
  });
  const url = await listen(server);
  open.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const clock = new SimulatedClock();
  const client = new SGPClient({
    apiKey: key,
    baseURL: url,
    clock,
    fetch: clock.trackFetch(fetch),
    seed: 1,
    ...options,
  });
  return { asked, url, clock, client };
};

const send =
  (body: string | Uint8Array, headers: Record<string, string | number> = {}, status = 200): RequestListener =>
  (_, response) =>
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);

const good = send(text);

/** Writes the beginning, then breaks the connection. */
const dies =
  (beginning: string, headers: Record<string, string | number> = {}): RequestListener =>
  (_, response) => {
    response.writeHead(200, { "content-type": "application/json", ...headers });
    response.write(beginning, () => response.destroy());
  };

it("an answer comes whole, in any pieces", async () => {
  const bytes = new TextEncoder().encode(text);
  const { client, clock } = await serve([
    (_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const next = (index: number) => {
        if (index === bytes.length) response.end();
        else response.write(bytes.subarray(index, index + 1), () => next(index + 1));
      };
      next(0);
    },
  ]);
  expect(await clock.until(client.evaluations.retrieve("e1"))).toEqual(evaluation);
});

it("a compressed answer is read", async () => {
  const { client, clock } = await serve([send(gzipSync(text), { "content-encoding": "gzip" })]);
  expect(await clock.until(client.evaluations.retrieve("e1"))).toEqual(evaluation);
});

it.each([
  ["in the middle of a piece-wise answer", dies(text.slice(0, 20))],
  ["before the length it announced", dies(text.slice(0, 20), { "content-length": text.length })],
  ["before the first byte of the body", dies("", { "content-length": text.length })],
  ["before it answers", ((request: IncomingMessage) => request.socket.destroy()) as RequestListener],
])("a server that dies %s is asked again", async (_, death) => {
  const { client, clock, asked } = await serve([death, good]);
  expect(await clock.until(client.evaluations.retrieve("e1"))).toEqual(evaluation);
  expect(asked).toHaveLength(2);
  expect(clock.pending).toBe(0);
});

it("a server that keeps dying is an error that says so", async () => {
  const { client, clock, asked } = await serve([dies(text.slice(0, 20))]);
  const call = clock.until(client.evaluations.retrieve("e1"));
  await expect(call).rejects.toThrow(
    /^GET \/v4\/evaluations\/e1: the connection broke off before the answer was whole: .+ \(3 attempts\)$/,
  );
  expect(asked).toHaveLength(3);
});

it("a lost answer to a create is not sent twice, and the error says to look", async () => {
  const { client, clock, asked } = await serve([dies(text.slice(0, 20))]);
  const call = clock.until(client.evaluations.claimTask("e1"));
  await expect(call).rejects.toThrow("it may have been carried out: look before repeating it");
  expect(asked).toHaveLength(1);
});

it("JSON that breaks off unnoticed by the protocol is requested again", async () => {
  // HTTP/1.0 without a length: the end of the connection is the end of the answer.
  const replies = [text.slice(0, 40), text];
  const server = createTcpServer((socket) => {
    socket.once("data", () =>
      socket.end(`HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n${replies.shift()}`),
    );
  });
  const url = await listen(server);
  open.push(() => new Promise((resolve) => server.close(() => resolve())));
  const clock = new SimulatedClock();
  const client = new SGPClient({ apiKey: key, baseURL: url, clock, fetch: clock.trackFetch(fetch) });
  expect(await clock.until(client.evaluations.retrieve("e1"))).toEqual(evaluation);
});

it.each([
  [
    "HTML",
    send("<!doctype html>\n<title>Log in</title>", { "content-type": "text/html" }),
    "the answer is not what the contract says: it is not JSON but text/html: <!doctype html> <title>Log in</title>",
  ],
  ["nothing", send(""), "the answer is not what the contract says: Expected object, got null"],
  [
    "another shape",
    send(JSON.stringify({ ...evaluation, total_test_case_result_count: "3" })),
    "the answer at total_test_case_result_count is not what the contract says: Expected number, got a string",
  ],
  [
    "broken UTF-8",
    send(new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])),
    "the answer is not what the contract says: it is not UTF-8",
  ],
  ["an array", send("[]"), "the answer is not what the contract says: Expected object, got an array"],
])("%s in place of an object is an error that says so, and is not requested again", async (_, step, message) => {
  const { client, clock, asked } = await serve([step]);
  const error = await clock.until(client.evaluations.retrieve("e1").catch((error) => error));
  expect(error.message).toBe(`GET /v4/evaluations/e1: 200, ${message}`);
  expect(error.reason._tag).toBe("Undecodable");
  expect(asked).toHaveLength(1);
});

it("an error page that is not JSON is quoted in short", async () => {
  const page = `<html><body><h1>502 Bad Gateway</h1>\n<hr>proxy</body></html>`;
  const { client, clock } = await serve([send(page, { "content-type": "text/html", "x-request-id": "r7" }, 502)], {
    maxRetries: 0,
  });
  const error = await clock.until(client.evaluations.retrieve("e1").catch((error) => error));
  expect(error.message).toBe("GET /v4/evaluations/e1: 502, the server failed (502 Bad Gateway proxy); try again later");
  expect(error.requestId).toBe("r7");
});

it.each([
  ["announced", { "content-length": 2_000_000 }],
  ["not announced", {}],
])("an answer longer than the limit is refused, its length %s", async (_, headers) => {
  const closed = Promise.withResolvers<void>();
  const { client, clock, asked } = await serve(
    [
      (_, response: ServerResponse) => {
        response.on("close", closed.resolve);
        response.writeHead(200, { "content-type": "application/json", ...headers });
        response.write(`"${"x".repeat(1_999_000)}`);
      },
    ],
    { maxResponseBytes: 1_000_000 },
  );
  const error = await clock.until(client.evaluations.retrieve("e1").catch((error) => error));
  expect(error.message).toBe(
    "GET /v4/evaluations/e1: 200, the answer is not what the contract says: it is longer than 1000000 bytes; " +
      "request smaller pages or raise maxResponseBytes",
  );
  expect(asked).toHaveLength(1);
  await closed.promise;
});

it("a small file that unpacks to a huge answer is refused as well", async () => {
  const { client, clock } = await serve([send(gzipSync("0".repeat(5_000_000)), { "content-encoding": "gzip" })], {
    maxResponseBytes: 1_000_000,
  });
  await expect(clock.until(client.evaluations.retrieve("e1"))).rejects.toThrow("longer than 1000000 bytes");
});

it("a server that never answers is a timeout", async () => {
  const { client, clock, asked } = await serve([() => undefined], { fetch, timeout: "30 seconds", maxRetries: 1 });
  const error = await clock.until(client.evaluations.retrieve("e1").catch((error) => error));
  expect(error.message).toBe(
    "GET /v4/evaluations/e1: no whole answer within 30 s; raise timeout or try again later (2 attempts)",
  );
  expect(asked.length).toBeLessThanOrEqual(2);
  expect(clock.pending).toBe(0);
});

it("an address without a server is an error that names it", async () => {
  const server = createTcpServer();
  const url = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  const client = new SGPClient({ apiKey: key, baseURL: url, maxRetries: 0 });
  await expect(client.evaluations.retrieve("e1")).rejects.toThrow(
    `GET /v4/evaluations/e1: no connection to ${url}: ECONNREFUSED; check baseURL and the network`,
  );
});

const redirect = (location: string, status: number): RequestListener => send("", { location }, status);

it("a redirect to another origin is not followed: the key does not get there", async () => {
  const other = await serve([good]);
  const { client, clock } = await serve([redirect(`${other.url}/v4/evaluations/e1`, 307)]);
  const error = await clock.until(client.evaluations.retrieve("e1").catch((error) => error));
  expect(error.message).toBe(
    `GET /v4/evaluations/e1: 307, redirected to another origin, ${other.url}, and not followed; if it is right, make it the baseURL`,
  );
  expect(error.reason._tag).toBe("Unreachable");
  expect(other.asked).toHaveLength(0);
});

it.each([301, 302, 303, 307, 308])("a %i within the origin is followed, key and all", async (status) => {
  const { client, clock, asked } = await serve([redirect("/elsewhere?x=1#top", status), good]);
  expect(await clock.until(client.evaluations.retrieve("e1"))).toEqual(evaluation);
  expect(asked[1]?.url).toBe("/elsewhere?x=1");
  expect(asked[1]?.headers["x-api-key"]).toBe(key);
});

it.each([
  [307, "POST", "{}"],
  [308, "POST", "{}"],
  [303, "GET", ""],
])("a %i after a POST is followed with %s", async (status, method, body) => {
  const seen: Array<string> = [];
  const collect: RequestListener = (request, response) => {
    let received = "";
    request.on("data", (chunk) => {
      received += chunk;
    });
    request.on("end", () => {
      seen.push(`${request.method} ${received}`);
      send("null")(request, response);
    });
  };
  const { client, clock } = await serve([redirect("/elsewhere", status), collect]);
  expect(await clock.until(client.evaluations.claimTask("e1"))).toBeNull();
  expect(seen).toEqual([`${method} ${body}`]);
});

it.each([301, 302])("a %i after a POST is not followed, because the method is ambiguous", async (status) => {
  const { client, clock, asked } = await serve([redirect("/elsewhere", status)]);
  await expect(clock.until(client.evaluations.claimTask("e1"))).rejects.toThrow(
    `POST /v4/evaluations/e1/claim-task: ${status}, redirected by ${status}, which may change POST to GET, and not followed; check baseURL`,
  );
  expect(asked).toHaveLength(1);
});

it("addresses that point at each other are an error", async () => {
  const { client, clock, asked } = await serve([redirect("/b", 307)]);
  await expect(clock.until(client.evaluations.retrieve("e1"))).rejects.toThrow(
    "307, redirected more than 5 times; check baseURL",
  );
  expect(asked).toHaveLength(6);
});

it("a redirect to an address with a password is not followed, and the password stays out of the error", async () => {
  const { client, clock, asked } = await serve([
    (request, response) => redirect(`http://ada:pass-word@${request.headers.host}/b`, 307)(request, response),
  ]);
  const error = await clock.until(client.evaluations.retrieve("e1").catch((error) => error));
  expect(error.message).toBe(
    "GET /v4/evaluations/e1: 307, redirected to an address with a user name or a password in it, and not followed; check baseURL",
  );
  expect(inspect(error, { showHidden: true, depth: 9 })).not.toContain("pass-word");
  expect(asked).toHaveLength(1);
});

it.each(["data:application/json,{}", "javascript:1", "file:///etc/passwd"])(
  "a redirect to %j is not followed, and named as what it is",
  async (location) => {
    const { client, clock } = await serve([redirect(location, 302)]);
    await expect(clock.until(client.evaluations.retrieve("e1"))).rejects.toThrow(
      `GET /v4/evaluations/e1: 302, redirected to an address of ${location.split(":")[0]}:, and not followed; check baseURL`,
    );
  },
);

it.each(["", "http://", "http://[::1"])("a redirect to %j is an error", async (location) => {
  const { client, clock } = await serve([redirect(location, 308)]);
  await expect(clock.until(client.evaluations.retrieve("e1"))).rejects.toMatchObject({ status: 308 });
});
