// Makes no simulated clock, which would put the endpoint at hand.
import { expect, it } from "vitest";
import { SGPClient } from "../../src/index.ts";
import { key } from "./script.ts";

it("a call of v5 whose signal is aborted while its endpoint is loaded ends at once, with nothing sent", async () => {
  const asked: Array<string> = [];
  const fetch = async (url: string) => {
    asked.push(url);
    return Response.json({});
  };
  const client = new SGPClient({ apiKey: key, fetch });
  const controller = new AbortController();
  const call = client.v5.evaluations.retrieve("e1", { signal: controller.signal });
  controller.abort("enough");
  await expect(call).rejects.toMatchObject({ reason: { _tag: "Aborted" }, attempts: 0, cause: "enough" });
  await expect(call).rejects.toThrow("v5.evaluations.retrieve: aborted by its signal");
  expect(asked).toEqual([]);
});
