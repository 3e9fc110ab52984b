/** The requests that `nodeHandler` makes of those of `node:http`, and those of which it can make none. */
import { createServer, request as send } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { nodeHandler } from "@evalwire/relay/node";
import { describe, expect, it } from "vitest";

const urlOf = async (target: string, origin?: string): Promise<string> => {
  const server = createServer(nodeHandler(async ({ url }) => new Response(url), origin));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const answer = await new Promise<string>((resolve, reject) => {
    const outgoing = send({ port, host: "127.0.0.1", path: target, headers: { host: "board.test" } }, (incoming) => {
      let text = "";
      incoming.setEncoding("utf8").on("data", (part) => {
        text += part;
      });
      incoming.on("end", () => resolve(text));
    });
    outgoing.on("error", reject).end();
  });
  await new Promise((resolve) => server.close(resolve));
  return answer;
};

/** The bytes of the answer to a request, until the connection ends, and how the handler's promise ends. */
const sent = async (bytes: string, answer: () => Response) => {
  const outcomes: Array<Promise<void>> = [];
  const handle = nodeHandler(async () => answer());
  const server = createServer((incoming, outgoing) => {
    outcomes.push(handle(incoming, outgoing));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const text = await new Promise<string>((resolve) => {
    let received = "";
    const socket = connect(port, "127.0.0.1");
    socket.setEncoding("latin1").on("data", (part) => {
      received += part;
    });
    socket.on("error", () => undefined).on("close", () => resolve(received));
    socket.write(bytes);
  });
  const ends = await Promise.allSettled(outcomes);
  await new Promise((resolve) => server.close(resolve));
  return { text, ends: ends.map(({ status }) => status) };
};

describe("nodeHandler", () => {
  it.each([
    "GET /v4/evaluations/e1 HTTP/1.1\r\nHost: [\r\n",
    "GET /v4/evaluations/e1 HTTP/1.1\r\nHost: a b\r\n",
    "GET /v4/evaluations/e1 HTTP/1.1\r\nHost:\r\n",
    "GET /v4/evaluations/e1 HTTP/1.1\r\nHost: board.test:99999\r\n",
    "TRACE /v4/evaluations/e1 HTTP/1.1\r\nHost: board.test\r\n",
  ])("answers 400 to a request of which there is no Request, and never rejects: %j", async (head) => {
    const { text, ends } = await sent(`${head}Connection: close\r\n\r\n`, () => new Response("it is one"));
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(
      JSON.parse(
        text
          .split("\r\n\r\n")[1]!
          .split("\r\n")
          .find((line) => line.startsWith("{"))!,
      ),
    ).toEqual({
      detail: expect.stringMatching(/^[A-Z].*\.$/),
    });
    expect(ends).toEqual(["fulfilled"]);
  });

  it("breaks an answer off whose body fails, and never rejects", async () => {
    let count = 0;
    const failing = () =>
      new Response(
        new ReadableStream({
          pull: (controller) => {
            if (count++ === 0) controller.enqueue(new TextEncoder().encode("half"));
            else controller.error(new Error("the platform's connection was lost"));
          },
        }),
      );
    const { text, ends } = await sent("GET / HTTP/1.1\r\nHost: board.test\r\n\r\n", failing);
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
    // The last chunk of a whole answer is empty.
    expect(text).not.toMatch(/\r\n0\r\n\r\n$/);
    expect(ends).toEqual(["fulfilled"]);
  });

  it.each([
    ["/relay/v4/evaluations/e1?a=b", "http://board.test/relay/v4/evaluations/e1?a=b"],
    ["//other.test/relay/v4/evaluations/e1", "http://board.test//other.test/relay/v4/evaluations/e1"],
    ["http://other.test/relay/v4", "http://board.test/relay/v4"],
    ["/\\other.test/relay", "http://board.test//other.test/relay"],
  ])("takes the host from the request's Host, for any target: %s", async (target, url) => {
    expect(await urlOf(target)).toBe(url);
  });

  it("and from the origin it is given, where it is given one", async () => {
    expect(await urlOf("//other.test/v4", "https://board.example.org")).toBe(
      "https://board.example.org//other.test/v4",
    );
  });
});
