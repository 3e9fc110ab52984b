import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as Assets from "../../src/dashboard/Assets.ts";

let folder: string;
const at = () => pathToFileURL(`${folder}/`);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "evalwire-assets-"));
  mkdirSync(join(folder, "assets"));
  writeFileSync(join(folder, "index.html"), "<!doctype html>");
  writeFileSync(join(folder, "assets", "index-1.js"), "1");
  writeFileSync(join(folder, "assets", "index-1.js.map"), "{}");
});
afterAll(() => rmSync(folder, { recursive: true }));

it("reads what a browser is served, and the page as /", () => {
  const assets = Assets.load(at());
  expect(Array.from(assets?.keys() ?? []).sort()).toEqual(["/", "/assets/index-1.js", "/index.html"]);
  expect(assets?.get("/assets/index-1.js")).toMatchObject({ type: "text/javascript; charset=utf-8", isHashed: true });
  expect(assets?.get("/")?.isHashed).toBe(false);
});

it("gives files of another content another tag", () => {
  const assets = Assets.load(at());
  expect(assets?.get("/")?.etag).toBe(assets?.get("/index.html")?.etag);
  expect(assets?.get("/")?.etag).not.toBe(assets?.get("/assets/index-1.js")?.etag);
});

it("is undefined where no page was built", () => {
  expect(Assets.load(pathToFileURL(join(folder, "nowhere/")))).toBeUndefined();
  expect(Assets.load(pathToFileURL(join(folder, "assets/")))).toBeUndefined();
});
