/** Every function that takes options says which name it does not know, and which one was probably meant. */
import { SGPClient } from "@evalwire/core";
import { expect, it } from "vitest";
import { createRelay, issueToken, relayClient, relayFeed } from "../src/index.ts";

const client = new SGPClient({ apiKey: "a key", fetch: async () => Response.json({}) });
const keys = [{ id: "2030-01", key: new TextEncoder().encode("a secret of at least thirty-two bytes") }] as const;

/** JavaScript: no compiler stands before the call. */
const js = (options: object): any => options;

it.each<[call: string, refused: () => unknown, meant: string]>([
  ["createRelay", () => createRelay(js({ client, keys, origin: [] })), "origins"],
  ["createRelay's limits", () => createRelay(js({ client, keys, limits: { feed: 1 } })), "feeds"],
  ["relayFeed", () => relayFeed("/relay", js({ evaluationID: "e1" })), "evaluationId"],
  ["relayClient", () => relayClient("https://board.example.org/relay", js({ tokens: "t" })), "token"],
])("%s", (_, refused, meant) => {
  expect(refused).toThrow(new RegExp(`is not known; did you mean ${meant}\\?`));
});

it("issueToken", async () => {
  const options = js({ user: "ada", evaluations: "*", may: ["watch"], expire: "1 minute" });
  await expect(issueToken(keys, options)).rejects.toThrow("issueToken: expire is not known; did you mean expires?");
});

it("a relay without a client is refused at once", () => {
  expect(() => createRelay(js({ keys }))).toThrow("createRelay: client is an SGPClient, or a function");
});

it.each([true, "", 7])("tabs that name no user are refused at once: %j", (tabs) => {
  expect(() => relayClient("https://board.example.org/relay", js({ tabs }))).toThrow(
    "relayClient: tabs is the id of the user whose tabs share a connection.",
  );
});
