/**
 * A test file leaves the process as it found it: the files after it run in the same one, with the same modules. Faked timers, say, stop
 * every fiber of those files, and their tests end at their time limit, far from the cause.
 */
import process from "node:process";
import { afterAll, expect, vi } from "vitest";

const times = [
  "Date",
  "performance",
  "setTimeout",
  "clearTimeout",
  "setInterval",
  "clearInterval",
  "setImmediate",
  "clearImmediate",
  "queueMicrotask",
] as const;
const others = ["fetch", "WebSocket", "BroadcastChannel", "crypto", "document", "location"] as const;
const levels = ["debug", "info", "log", "warn", "error"] as const;
const failures = ["unhandledRejection", "uncaughtException"] as const;

/** The globals that tests replace, by name. */
const state = (): Record<string, unknown> => ({
  ...Object.fromEntries([...times, ...others].map((name) => [name, (globalThis as Record<string, unknown>)[name]])),
  "Math.random": Math.random,
  "Date.now": Date.now,
  ...Object.fromEntries(levels.map((level) => [`console.${level}`, console[level]])),
  ...Object.fromEntries(failures.map((name) => [`listeners of ${name}`, process.listenerCount(name)])),
  "the working directory": process.cwd(),
  ...Object.fromEntries(Object.entries(process.env).map(([name, value]) => [`the variable ${name}`, value])),
});

// This module is run before each file, and before what the file does as it is loaded.
const found = state();

afterAll(() => {
  const left = state();
  const names = new Set([...Object.keys(found), ...Object.keys(left)]);
  // The time zone is set by the laws, for every file.
  names.delete("the variable TZ");
  const changed = [...names].filter((name) => !Object.is(found[name], left[name]));
  // The files after this one shall not fail for it.
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  expect(changed, "globals that this file leaves changed").toEqual([]);
});
