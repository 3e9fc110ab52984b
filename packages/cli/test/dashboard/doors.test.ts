/** The ways in: `evalwire dashboard`, `evalwire serve --dashboard` and `evalwire demo`, each with the page behind an invitation. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SGPClient } from "@evalwire/core";
import { createServer, type Listener } from "@evalwire/server";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as Assets from "../../src/dashboard/Assets.ts";
import { evalwire, type Ran } from "../session.ts";

const isBuilt = Assets.load() !== undefined;
if (!isBuilt) console.warn("\nSKIPPED: the doors of the dashboard: the page is not built: npm run build\n");

/** A command that serves until it is stopped. */
const started = async (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) => {
  const stop = new AbortController();
  const lines: Array<string> = [];
  const invited = Promise.withResolvers<void>();
  const ran = evalwire(args, {
    env,
    stop: stop.signal,
    onLine: (line) => {
      lines.push(line);
      if (line.includes("Ctrl-C")) invited.resolve();
    },
  });
  await Promise.race([invited.promise, ran.then(({ notes }) => Promise.reject(new Error(notes.join("\n"))))]);
  const close = async (): Promise<Ran> => {
    stop.abort();
    return ran;
  };
  return { invitations: lines.flatMap((line) => /^dashboard +(\S+\?token=\S+)/.exec(line)?.[1] ?? []), lines, close };
};

/** A browser that opened an invitation: what it is answered. */
const visitor = async (invitation: string) => {
  const { origin } = new URL(invitation);
  const { headers, status } = await fetch(invitation, { redirect: "manual" });
  expect(status).toBe(303);
  const cookie = headers.get("set-cookie")!.split(";")[0]!;
  return {
    origin,
    get: (path: string) => fetch(origin + path, { headers: { cookie } }),
    post: (path: string, body: unknown) =>
      fetch(origin + path, {
        method: "POST",
        headers: { cookie, origin, "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
  };
};

const isClosed = (origin: string): Promise<boolean> =>
  fetch(origin).then(
    () => false,
    () => true,
  );

describe.skipIf(!isBuilt)("serve --dashboard", () => {
  it("invites each user, shows each their own name and all the evaluations, and ends with its server", async () => {
    const { invitations, lines, close } = await started([
      ..."serve --port 0 --database :memory: --api-key k1=ada --api-key k2=ben --dashboard 0".split(" "),
    ]);
    expect(invitations).toHaveLength(2);
    const [ada, ben] = await Promise.all(invitations.map(visitor));
    expect((await (await ada!.get("/session")).json()).user).toBe("ada");
    expect((await (await ben!.get("/session")).json()).user).toBe("ben");
    expect(await (await ada!.get("/")).text()).toContain("<!doctype html>");
    const url = lines.find((line) => line.startsWith("listening"))!.split(/ +/)[1]!;
    const client = new SGPClient({ apiKey: "k1", baseURL: url });
    const { id } = await client.v5.evaluations.create({ name: "New", data: [{ text: "a" }], tasks: [] });
    await client.close();
    const listed = await (await ben!.get("/relay/v5/evaluations")).json();
    expect(listed.items.map((one: { readonly id: string }) => one.id)).toEqual([id]);
    const { exitCode, notes } = await close();
    expect([exitCode, notes]).toEqual([0, []]);
    expect([await isClosed(ada!.origin), await isClosed(url)]).toEqual([true, true]);
  });
});

describe.skipIf(!isBuilt)("dashboard --base-url", () => {
  let server: Awaited<ReturnType<typeof createServer>>;
  let listener: Listener;
  beforeAll(async () => {
    server = await createServer({ database: ":memory:", apiKeys: { secret: "ada" } });
    listener = await server.listen({ port: 0 });
  });
  afterAll(() => server.close());
  const dashboard = (...args: ReadonlyArray<string>) => [
    "dashboard",
    "--base-url",
    listener.url,
    "--port",
    "0",
    ...args,
  ];
  const env = { SGP_API_KEY: "secret" };

  it("serves the page over the account of the key, and never the key itself", async () => {
    const { invitations, lines, close } = await started(dashboard(), env);
    const page = await visitor(invitations[0]!);
    expect(await (await page.get("/session")).json()).toEqual({
      user: "ada",
      users: ["ada"],
      server: listener.url,
      isReadOnly: false,
    });
    const listed = await page.get("/relay/v4/evaluations");
    expect([listed.status, (await listed.json()).items]).toEqual([200, []]);
    const client = new SGPClient({ apiKey: "secret", baseURL: listener.url });
    const { id } = await client.v5.evaluations.create({ name: "New", data: [{ text: "a" }], tasks: [] });
    await client.close();
    const feed = await page.get(`/relay/v5/evaluations/${id}/feed`);
    const first = await feed.body!.getReader().read();
    expect(new TextDecoder().decode(first.value)).toMatch(/^(?::|retry|id|event|data)/);
    expect(lines.join("\n")).not.toContain("secret");
    expect((await close()).exitCode).toBe(0);
    expect(await isClosed(page.origin)).toBe(true);
  });

  it("writes nothing when it is read-only, and says so", async () => {
    const { invitations, lines, close } = await started(dashboard("--read-only"), env);
    const page = await visitor(invitations[0]!);
    expect((await (await page.get("/session")).json()).isReadOnly).toBe(true);
    expect((await page.post("/relay/v4/evaluations/e1/claim-task", {})).status).toBe(403);
    expect(lines.some((line) => line.includes("may only look"))).toBe(true);
    await close();
  });

  it("ends with a sentence where there is no key, a wrong one, no platform, or a taken port", async () => {
    const none = await evalwire(dashboard());
    expect([none.exitCode, none.notes[0]]).toEqual([2, "evalwire: there is no API key: set SGP_API_KEY"]);
    const wrong = await evalwire(dashboard(), { env: { SGP_API_KEY: "other" } });
    expect([wrong.exitCode, wrong.notes[0]]).toEqual([1, expect.stringMatching(/^evalwire: .*401/)]);
    const taken = createHttpServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as AddressInfo;
    const busy = await evalwire(["dashboard", "--base-url", listener.url, "--port", String(port)], { env });
    expect([busy.exitCode, busy.notes[0]]).toEqual([1, expect.stringContaining(`port ${port}`)]);
    taken.close();
    await once(taken, "close");
    const nowhere = await evalwire(["dashboard", "--base-url", `http://127.0.0.1:${port}`, "--port", "0"], { env });
    expect([nowhere.exitCode, nowhere.notes[0]]).toEqual([1, expect.stringMatching(/^evalwire: /)]);
  });
});

describe.skipIf(!isBuilt)("demo", () => {
  const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
  let folder: string;
  let child: ChildProcess | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "evalwire-doors-"));
  });
  afterEach(() => {
    child?.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  it("without a terminal and without standard input its dashboard outlives it, until it is stopped", async () => {
    child = spawn(
      process.execPath,
      ["--conditions=@evalwire/source", main, "demo", "--speed", "10", "--port", "0", "--database", "demo.db"],
      {
        cwd: folder,
        env: { PATH: process.env["PATH"], NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"] },
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
      },
    );
    let said = "";
    const ended = once(child, "close");
    const stays = new Promise<string>((resolve, reject) => {
      const look = (chunk: Buffer) => {
        said += chunk.toString();
        const match = /The dashboard stays at (\S+) until Ctrl-C/.exec(said);
        if (match) resolve(match[1]!);
      };
      child!.stdout!.on("data", look);
      child!.stderr!.on("data", look);
      ended.then(() => reject(new Error(`it ended: ${said}`)));
    });
    const page = await visitor(await stays);
    const { items } = await (await page.get("/relay/v4/evaluations")).json();
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ status: "COMPLETED", total_test_case_result_count: 66 });
    expect(await (await page.get(`/evaluations/${items[0].id}`)).text()).toContain("<!doctype html>");
    child.kill("SIGTERM");
    const [code] = await ended;
    expect(code).toBe(0);
    expect(await isClosed(page.origin)).toBe(true);
  });
});
