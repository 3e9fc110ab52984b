import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evalwire } from "./session.ts";

const commands = ["demo", "serve", "watch", "score"];

describe("help", () => {
  it("names every command", async () => {
    const { exitCode, lines } = await evalwire(["--help"]);
    expect(exitCode).toBe(0);
    for (const command of commands) expect(lines.join("\n")).toContain(`  ${command} `);
  });

  it.each(commands)("%s --help says what can be given, with examples", async (command) => {
    const { exitCode, lines, notes } = await evalwire([command, "--help"]);
    expect(exitCode).toBe(0);
    expect(lines.join("\n")).toContain(`Usage: evalwire ${command}`);
    expect(lines.join("\n")).toContain("Examples:");
    expect(notes).toEqual([]);
  });

  it("--version is that of the package", async () => {
    const { exitCode, lines } = await evalwire(["--version"]);
    expect(exitCode).toBe(0);
    expect(lines[0]).toMatch(/^\d+\.\d+\.\d+/);
  });
});

describe("a wrong call ends with 2, says what is wrong, and leaves standard output empty", () => {
  it.each([
    [["dance"], "unknown command 'dance'"],
    [["demo", "--fast"], "unknown option '--fast'"],
    [["demo", "--port", "eighty"], "Expected a port, a whole number from 0 to 65535."],
    [["demo", "--once", "--port", "4180"], "--once opens no port"],
    [["demo", "--speed", "0"], "Expected a number from 1 to 20."],
    [["demo", "--once", "--speed", "2"], "--once waits for nothing"],
    [["demo", "--seed", ""], "Expected a word or a number."],
    [["demo", "extra"], "too many arguments"],
    [["demo", "--database", ""], "--database is empty: give a value, or leave it out"],
    [["serve", "--api-key", "k", "--database", ""], "--database is empty"],
    [["serve", "--api-key", "k", "--host", ""], "--host is empty"],
    [["watch", "ev_1", "--base-url", ""], "--base-url is empty"],
    [["score", "--config", "", "records.jsonl"], "--config is empty"],
    ...["--out", "--compare", "--reference", "--candidate", "--id", "--records", "--fleet", "--fleet-name"].map(
      (option): [ReadonlyArray<string>, string] => [
        ["score", "--config", "no-such-file.json", "records.jsonl", option, ""],
        `evalwire: ${option} is empty`,
      ],
    ),
    [["serve"], "a server needs at least one key"],
    [["serve", "--api-key", "a b=me"], "Expected key=user"],
    [["serve", "--api-key", "k=a", "--api-key", "k=b"], "The same key was given"],
    [["serve", "--api-key", "k", "--claim-seconds", "0"], "Expected seconds"],
    [["watch"], "missing required argument 'evaluation-id'"],
    [["score", "records.jsonl"], "required option '-c, --config <file>' not specified"],
    [["score", "--confg", "c.json", "records.jsonl"], "unknown option '--confg' (Did you mean --config?)"],
    [["preflight", "--cofig", "c.json", "data.jsonl"], "unknown option '--cofig' (Did you mean --config?)"],
    [["score", "--config", "no-such-file.json", "records.jsonl"], "no-such-file.json: there is no such file"],
  ])("%j", async (args, message) => {
    const { exitCode, lines, notes } = await evalwire(args);
    expect(exitCode).toBe(2);
    expect(notes.join("\n")).toContain(message);
    expect(notes[0]).toMatch(/^evalwire: /);
    expect(lines).toEqual([]);
  });
});

describe("the given argument is reported on one line", () => {
  const piece = fc.constantFrom(
    "\n",
    "\r",
    "\t",
    "\u001b[2J",
    "\u009b31m",
    "\u2028",
    "\n(Did you mean demo?)",
    "x",
    "demo",
    "'",
    "é",
  );
  const hostile = fc.array(piece, { maxLength: 8 }).map((pieces) => `t${pieces.join("")}`);
  const calls: ReadonlyArray<(text: string) => ReadonlyArray<string>> = [
    (text) => [text],
    (text) => [`de${text}mo`],
    (text) => [`--${text}`],
    (text) => ["demo", `--${text}`],
    (text) => ["demo", text],
    (text) => ["demo", "--port", text],
    (text) => ["score", "--preset", text, "records.jsonl"],
    (text) => ["score", "--config", text, "records.jsonl"],
    (text) => ["score", "--metric", text, "records.jsonl"],
    (text) => ["serve", "--api-key", `k=${text}`, "--api-key", "k=b"],
    (text) => ["preflight", "--config", text, text],
    (text) => ["fleet", text],
  ];

  it("and a line of help, for any argument", () =>
    fc.assert(
      fc.asyncProperty(fc.constantFrom(...calls), hostile, async (call, text) => {
        const { exitCode, lines, notes } = await evalwire(call(text));
        expect(exitCode).toBe(2);
        expect(lines).toEqual([]);
        expect(notes[0]).toMatch(/^evalwire: /);
        expect(notes.slice(1)).toEqual(notes.length === 1 ? [] : ["See --help."]);
        for (const note of notes) expect(note).not.toMatch(/[\p{Cc}\u2028]/u);
      }),
    ));

  it("with what it may have meant", async () => {
    const { notes } = await evalwire(["dmo"]);
    expect(notes).toEqual(["evalwire: unknown command 'dmo' (Did you mean demo?)", "See --help."]);
  });
});

describe("a port that is taken", () => {
  const taken = async (use: (port: string) => Promise<void>) => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    await use(String((other.address() as AddressInfo).port));
    await new Promise((resolve) => other.close(resolve));
  };

  it("ends serve with 1 and a way out", () =>
    taken(async (port) => {
      const { exitCode, notes } = await evalwire(["serve", "--port", port, "--api-key", "k", "--database", ":memory:"]);
      expect(exitCode).toBe(1);
      expect(notes).toEqual([
        `evalwire: port ${port} is in use on 127.0.0.1; give another with --port, or 0 for a free one`,
      ]);
    }));

  it("ends demo with 1, whichever of its two ports it is", () =>
    taken(async (port) => {
      const api = await evalwire(["demo", "--database", ":memory:", "--api-port", port]);
      expect(api.exitCode).toBe(1);
      expect(api.notes[0]).toContain(`port ${port} is in use on 127.0.0.1`);
    }));
});

describe("serve", () => {
  it("says where it listens, and ends with 0 when it is stopped", async () => {
    const stop = new AbortController();
    const { exitCode, lines } = await evalwire(
      ["serve", "--port", "0", "--api-key", "k1=ada", "--api-key", "k2=bo", "--database", ":memory:"],
      { stop: stop.signal, onLine: (line) => line.startsWith("Ctrl-C") && stop.abort() },
    );
    expect(exitCode).toBe(0);
    expect(lines[0]).toMatch(/^listening +http:\/\/127\.0\.0\.1:\d+$/);
    expect(lines[1]).toBe("database   :memory:");
    expect(lines[2]).toBe("keys       2, for ada, bo");
    expect(lines.at(-1)).toContain("stopped");
  });

  it("takes keys from the environment, and never shows one", async () => {
    const stop = new AbortController();
    const { exitCode, lines, notes } = await evalwire(["serve", "--port", "0", "--database", ":memory:"], {
      env: { EVALWIRE_API_KEYS: "hidden1=ada, hidden2=bo" },
      stop: stop.signal,
      onLine: (line) => line.startsWith("Ctrl-C") && stop.abort(),
    });
    expect(exitCode).toBe(0);
    expect(lines.join("\n")).toContain("for ada, bo");
    expect([...lines, ...notes].join("\n")).not.toContain("hidden");
  });

  it("refuses a wrong key", async () => {
    const stop = new AbortController();
    let answered: Promise<Response> | undefined;
    await evalwire(["serve", "--port", "0", "--api-key", "k=ada", "--database", ":memory:"], {
      stop: stop.signal,
      onLine: (line) => {
        const url = /^listening +(\S+)$/.exec(line)?.[1];
        if (url === undefined) return;
        answered = fetch(`${url}/v4/evaluations`, { headers: { "x-api-key": "other" } });
        answered.finally(() => stop.abort());
      },
    });
    expect((await answered)?.status).toBe(401);
  });
});
