/** `node:sqlite`, looked up: imported where Node is too old for it, it fails without a word about the version that is needed. */
import process from "node:process";

/** The part of `process` that is used. */
export interface Runtime {
  readonly getBuiltinModule?: (id: "node:sqlite") => typeof import("node:sqlite") | undefined;
  readonly version: string;
}

/** Throws an `Error` that says which Node is needed, where this one has no SQLite. */
export const sqliteOf = (runtime: Runtime): typeof import("node:sqlite") => {
  const sqlite = runtime.getBuiltinModule?.("node:sqlite");
  if (sqlite !== undefined) return sqlite;
  throw new Error(`@evalwire/server needs Node 22.16 or later, for node:sqlite; this is Node ${runtime.version}`);
};

export const { DatabaseSync } = sqliteOf(process);
