#!/usr/bin/env node
/** The program `evalwire`: the one place that touches the process. */
import { addAbortSignal } from "node:stream";
import { run } from "./program.ts";
import * as Terminal from "./terminal/Terminal.ts";

const { stdout, stderr, env } = process;

// The reader closed the pipe (`| head -1`).
for (const stream of [stdout, stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
}

// A terminal's Ctrl-C reaches every program in front of it, and a launcher may pass it on once more: only a second wish,
// clearly later than the first, means "at once".
const patienceMillis = 700;
const stop = new AbortController();
let askedAt: number | undefined;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    const now = performance.now();
    askedAt ??= now;
    if (now - askedAt > patienceMillis) process.exit(130);
    stop.abort();
  });
}

// A wait for more input must not keep the process alive.
const stdin = () => addAbortSignal(stop.signal, process.stdin);
const terminal = Terminal.make({ out: stdout, err: stderr, env });
process.exitCode = await run(process.argv.slice(2), { terminal, env, stop: stop.signal, stdin });
