/** `evalwire score --fleet`, `worker` and `fleet status` on a real NATS server. */
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SGPClient } from "@evalwire/core";
import { createFleet } from "@evalwire/fleet";
import { afterAll, beforeAll, expect, it } from "vitest";
// @boundaries-ignore the servers that the fleet's own tests run on
import { Nats, withNats } from "../../fleet/test/nats.ts";
import { evalwire } from "./session.ts";

withNats("A corpus scored by workers elsewhere", () => {
  let nats: Nats;
  let folder = "";
  const path = (name: string) => join(folder, name);
  beforeAll(async () => {
    nats = await Nats.start(1);
    folder = mkdtempSync(join(tmpdir(), "evalwire-fleet-"));
    const components = [
      { name: "overlap", type: "rouge1" },
      { name: "bleu", type: "bleu" },
    ];
    writeFileSync(path("config.json"), JSON.stringify({ components }));
    const words = ["red", "green", "blue", "grey", "pink"];
    const text = (seed: number) => Array.from({ length: 8 }, (_, at) => words[(seed * 7 + at * at) % 5]).join(" ");
    const lines = Array.from({ length: 500 }, (_, index) => {
      const output = { output: text(index) };
      const record = {
        id: `r${index}`,
        test_case_data: { expected_output: text(index + 1) },
        test_case_output: output,
      };
      return index === 77 ? '{"id":' : JSON.stringify(record);
    });
    writeFileSync(path("records.jsonl"), `${lines.join("\n")}\n`);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await nats.stop();
  });

  it("has the output of one machine, byte for byte, and its state can be requested", async () => {
    const servers = nats.servers.join(",");
    const stop = new AbortController();
    const worker = evalwire(["worker", "--fleet", servers], { stop: stop.signal });
    const score = (...args: ReadonlyArray<string>) =>
      evalwire([
        "score",
        "--config",
        path("config.json"),
        "--on-error",
        "skip",
        "--json",
        ...args,
        path("records.jsonl"),
      ]);
    const [here, there] = [await score(), await score("--fleet", servers)];
    const said = ({ notes }: typeof here) => notes.filter((note) => note.startsWith("evalwire"));
    expect(said(there)).toEqual(said(here));
    expect(there.exitCode).toBe(0);
    expect(there.lines).toEqual(here.lines);
    expect(there.lines.length).toBeGreaterThan(490);
    // The same path has other records now, as after a file was replaced.
    const again = readFileSync(path("records.jsonl"), "utf8").replaceAll("blue", "pink");
    writeFileSync(path("records.new"), again);
    renameSync(path("records.new"), path("records.jsonl"));
    const [after, elsewhere] = [await score(), await score("--fleet", servers)];
    expect(elsewhere.exitCode).toBe(0);
    expect(elsewhere.lines).toEqual(after.lines);
    expect(after.lines).not.toEqual(here.lines);
    const status = await evalwire(["fleet", "status", "--fleet", servers, "--json"]);
    expect(JSON.parse(status.lines[0]!)).toMatchObject({
      name: "evalwire",
      members: [],
      queue: { jobs: 0, results: 0 },
    });
    stop.abort();
    expect((await worker).exitCode).toBe(0);
  });

  it("shows the replicas of a fleet; control characters in a name of theirs are shown, not sent", async () => {
    const servers = nats.servers.join(",");
    const fetch = async () => Response.json({ detail: "not here" }, { status: 404 });
    const client = new SGPClient({ apiKey: "k", baseURL: "https://sgp.test", fetch });
    const member = "\u001b[2Jboard\nfleet forged: fine\u202e";
    const fleet = await createFleet({ servers, client, name: "shown", shards: 2, lease: 1_000, member });
    const isServing = async () => {
      const { state, problems, shards } = await fleet.health();
      return state === "serving" && problems.length === 0 && shards.held.length === 2;
    };
    while (!(await isServing())) await new Promise((resolve) => setTimeout(resolve, 5));
    const { lines } = await evalwire(["fleet", "status", "--fleet", servers, "--fleet-name", "shown"]);
    await fleet.close();
    expect(lines[0]).toMatch(/^fleet shown: nats-server \d+\.\d+\.\d+, one node$/);
    expect(lines[1]).toBe("  note: one node: its death stops the fleet until it is back");
    expect(lines[2]).toBe("1 replica");
    expect(lines[3]).toMatch(
      /^ {2}\\u001b\[2Jboard\\nfleet forged: fine\\u202e: serving, shards 0 1, polls 0, follows 0, 0 requests, 0 messages behind, share \d+ a minute, format 1$/,
    );
    expect(lines[4]).toBe("budget: 600 requests a minute, granted by \\u001b[2Jboard\\nfleet forged: fine\\u202e");
    expect(lines.at(-1)).toBe("queue: 0 pieces wait, 0 results");
  });

  it("prints what is known of a fleet on a server without JetStream, and fails", async () => {
    await using bare = await Nats.start(1, { isWithoutJetStream: true });
    const { exitCode, lines, notes } = await evalwire(["fleet", "status", "--fleet", bare.servers.join(",")]);
    expect(exitCode).toBe(1);
    expect(lines[0]).toMatch(/^fleet evalwire: nats-server \d+\.\d+\.\d+, one node$/);
    expect(lines).toContain("no replica beats");
    expect(lines.filter((line) => line.startsWith("unknown: "))[0]).toContain("has no JetStream for this account");
    expect(notes.join("\n")).toContain("evalwire: not everything about the fleet evalwire is known: ");
  });

  it("says in one sentence that there is no server", async () => {
    const { exitCode, notes } = await evalwire(["fleet", "status", "--fleet", "nats://127.0.0.1:9"]);
    expect(exitCode).toBe(1);
    expect(notes.join("\n")).toContain(
      "evalwire: No NATS server answered within 5 s at nats://127.0.0.1:9 (connect ECONNREFUSED",
    );
  });
});
