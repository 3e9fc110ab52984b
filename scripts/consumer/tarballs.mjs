/** The contents of a tarball: the manifest, the files and their size, judged as a registry and its readers would. */
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { root } from "./pack.mjs";
import { run } from "./Report.mjs";

/** The most a tarball may weigh, in kB. A package that is not named here gets the last number. */
const budgets = {
  "@evalwire/core": 420,
  "@evalwire/metrics": 300,
  "@evalwire/tasks": 100,
  "@evalwire/react-hooks": 64,
  "@evalwire/fleet": 115,
  "@evalwire/server": 130,
  // Two thirds of it are the dashboard.
  evalwire: 460,
};
const otherBudget = 100;

const home = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const licence = readFileSync(join(root, "LICENSE"), "utf8");

/** Links of a Markdown text that lead nowhere once the file is shown on a registry's page. */
const relativeLinks = (markdown) =>
  [...markdown.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target)
    .filter((target) => !/^(https:|#)/.test(target));

/** Files that JavaScript of a tarball names by `new URL("./worker.js", import.meta.url)`, and that are not there. */
const missingAddresses = async (file) => {
  const folder = mkdtempSync(join(tmpdir(), "evalwire-tarball-"));
  try {
    await run("tar", ["xzf", file, "-C", folder]);
    return globSync("package/**/*.js", { cwd: folder }).flatMap((path) => {
      const code = readFileSync(join(folder, path), "utf8").replace(/^\s*(\*|\/\/|\/\*).*$/gm, "");
      return [...code.matchAll(/new URL\("(\.[^"]+)", import\.meta\.url\)/g)]
        .filter(([, target]) => !existsSync(join(folder, dirname(path), target)))
        .map(([, target]) => `${path} names ${target}, which is not in the tarball`);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

export const checkTarball = async ({ name, file, manifest }) => {
  const wrong = [];
  const files = (await run("tar", ["tzf", file])).trim().split("\n");
  const textOf = (path) => run("tar", ["xzOf", file, `package/${path}`]);

  for (const field of ["description", "license", "author", "homepage", "bugs", "repository", "keywords", "engines"])
    if (manifest[field] === undefined) wrong.push(`no "${field}" in package.json`);
  if (manifest.homepage !== home.homepage) wrong.push("homepage is not the workspace's");
  if (JSON.stringify(manifest).includes("@evalwire/source")) wrong.push("the private export condition is published");
  if (/"(workspace|catalog):/.test(JSON.stringify(manifest))) wrong.push("a version only the workspace knows");

  if (!files.includes("package/LICENSE")) wrong.push("no LICENSE");
  else if ((await textOf("LICENSE")) !== licence) wrong.push("LICENSE is not the workspace's");
  if (!files.includes("package/README.md")) wrong.push("no README.md");
  else for (const link of relativeLinks(await textOf("README.md"))) wrong.push(`README.md: relative link ${link}`);

  const isDeadWeight = (path) => /^package\/(src|test)\/|\.map$|tsbuildinfo$|\.test\.|\/fixtures\//.test(path);
  for (const path of files.filter(isDeadWeight)) wrong.push(`not wanted in a tarball: ${path}`);

  // A folder that another package's build fills is in no tarball when that build was left out.
  for (const listed of manifest.files.filter((each) => !/[!*]/.test(each)))
    if (!files.some((path) => path === `package/${listed}` || path.startsWith(`package/${listed}/`)))
      wrong.push(`"files" lists ${listed}, and nothing of it is in the tarball`);

  for (const line of await missingAddresses(file)) wrong.push(line);

  const kilobytes = statSync(file).size / 1_000;
  const budget = budgets[name] ?? otherBudget;
  if (kilobytes > budget) wrong.push(`${kilobytes.toFixed(0)} kB, the budget is ${budget} kB`);

  const bytes = readFileSync(file);
  const { messages } = await publint({
    pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) },
    strict: true,
  });
  for (const message of messages) wrong.push(`publint: ${formatMessage(message, manifest)}`);

  if (wrong.length > 0) throw new Error(wrong.join("\n"));
};
