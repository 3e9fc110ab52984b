import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { sqliteOf } from "../src/store/sqlite.ts";

it("names both versions where this Node has no SQLite", () => {
  const sentence = "@evalwire/server needs Node 22.16 or later, for node:sqlite; this is Node v20.19.6";
  // Before 20.16 and 22.3 there is nothing to look it up with.
  expect(() => sqliteOf({ version: "v20.19.6" })).toThrow(sentence);
  expect(() => sqliteOf({ version: "v20.19.6", getBuiltinModule: () => undefined })).toThrow(sentence);
  expect(sqliteOf(process).DatabaseSync).toBe(DatabaseSync);
});
