#!/usr/bin/env node
/** Entry of `npx evalwire`: refuses a Node that is too old, before loading anything it cannot read. */
import { createRequire } from "node:module";
import { tooOld } from "./tooOld.ts";

const { engines } = createRequire(import.meta.url)("../package.json") as {
  readonly engines: { readonly node: string };
};
const sentence = tooOld(process.versions.node, engines.node);
if (sentence === undefined) await import("./main.ts");
else {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}
