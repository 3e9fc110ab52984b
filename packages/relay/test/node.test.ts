/** What `nodeHandler` takes for the address of a request. */
import { createServer, request as send } from "node:http";
import type { AddressInfo } from "node:net";
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

describe("nodeHandler", () => {
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
