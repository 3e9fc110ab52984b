/** Next itself: a route handler that is a relay, and a page of hooks that is rendered on the server and goes on in the browser. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { asDependencies, Project } from "./Project.mjs";
import { expectText, run } from "./Report.mjs";

export const version = "16.4.6";
const chromium = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";

/** Starts a program and resolves with the first line it prints that has what is looked for. */
const start = async (project, args, env, pattern) => {
  const child = spawn(process.execPath, args, {
    cwd: project.folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface(child.stdout)) {
    const found = pattern.exec(line);
    if (found === null) continue;
    child.stdout.resume();
    return { child, found };
  }
  throw new Error(`${args.join(" ")} ended before it printed ${pattern}`);
};

const stop = async (child) => {
  if (child === undefined || child.exitCode !== null) return;
  child.kill();
  await once(child, "exit");
};

/** The text of a feed up to a pattern. */
const readUntil = async (response, pattern) => {
  let text = "";
  for await (const bytes of response.body.pipeThrough(new TextDecoderStream())) {
    text += bytes;
    if (pattern.test(text)) return text;
  }
  throw new Error(`the feed ended without ${pattern}:\n${text}`);
};

export const next = async (tarballs) => {
  const project = Project.make("next", {
    ...asDependencies(tarballs.filter(({ name }) => name !== "evalwire" && name !== "@evalwire/fleet")),
    next: version,
    react: "19.3.1",
    "react-dom": "19.3.1",
  });
  await project.install();
  project.add("next");
  cpSync(project.path("next"), project.folder, { recursive: true });
  rmSync(project.path("next"), { recursive: true });
  const { child: world, found } = await start(project, ["world.mjs"], {}, /^\{.*\}$/);
  const { url, evaluationId } = JSON.parse(found[0]);
  const env = {
    SGP_API_KEY: "my-key",
    SGP_CLIENT_BASE_URL: url,
    EVALUATION_ID: evaluationId,
    NEXT_TELEMETRY_DISABLED: "1",
  };
  const bin = "node_modules/next/dist/bin/next";
  let app;
  try {
    await project.run(process.execPath, [bin, "build"], { env });
    const started = await start(project, [bin, "start", "-p", "0"], env, /http:\/\/localhost:(\d+)/);
    app = started.child;
    const origin = `http://localhost:${started.found[1]}`;
    const page = await fetch(origin);
    expectText(await page.text(), /<p id="board">connecting: 0 of 0 tasks, <\/p>/, "the page as the server renders it");
    const feed = await fetch(`${origin}/relay/v4/evaluations/${evaluationId}/feed`);
    await readUntil(feed, /"status":"PENDING"/);
    if (!existsSync(chromium)) throw new Error(`no browser at ${chromium}; set CHROMIUM_PATH`);
    const args = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=10000", "--dump-dom", origin];
    const dom = await run(chromium, args);
    expectText(dom, /<p id="board">synced: 1 of 1 tasks, PENDING<\/p>/, "the page in the browser");
    if (dom.includes("my-key")) throw new Error("the key is in the page");
  } finally {
    await stop(app);
    await stop(world);
  }
};
