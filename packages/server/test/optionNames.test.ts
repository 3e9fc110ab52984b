/** Every function that takes options says which name it does not know, and which one was probably meant. */
import { expect, it } from "vitest";
import { createServer, listen } from "../src/index.ts";

/** JavaScript: no compiler stands before the call. */
const js = (options: object): any => options;

it("createServer", async () => {
  await expect(createServer(js({ apiKeys: { k: "ada" }, databas: ":memory:" }))).rejects.toThrow(
    "createServer: databas is not known; did you mean database?",
  );
});

it("listen of a server, and of any handler", async () => {
  await using server = await createServer({ apiKeys: { k: "ada" } });
  await expect(server.listen(js({ hots: "127.0.0.1" }))).rejects.toThrow(
    "listen: hots is not known; did you mean host?",
  );
  const handle = () => new Response();
  await expect(listen(handle, js({ maxBodybytes: 1 }))).rejects.toThrow("did you mean maxBodyBytes?");
});
