// Makes no simulated clock, which would put the endpoint at hand.
import { expect, it } from "vitest";
import { SGPClient } from "../../src/index.ts";
import { key } from "./script.ts";

it.each(["v4", "v5"] as const)(
  "a call of %s whose signal is aborted while its endpoint is loaded ends at once, with nothing sent",
  async (version) => {
    // Without a simulated clock, which would put the endpoint at hand.
    const asked: Array<string> = [];
    const fetch = async (url: string) => {
      asked.push(url);
      return Response.json({});
    };
    const client = new SGPClient({ apiKey: key, fetch });
    const controller = new AbortController();
    const { evaluations } = version === "v4" ? client : client.v5;
    const call = evaluations.retrieve("e1", { signal: controller.signal });
    controller.abort("enough");
    await expect(call).rejects.toMatchObject({ reason: { _tag: "Aborted" }, attempts: 0, cause: "enough" });
    const name = version === "v4" ? "evaluations.retrieve" : "v5.evaluations.retrieve";
    await expect(call).rejects.toThrow(`${name}: aborted by its signal`);
    expect(asked).toEqual([]);
  },
);
