/**
 * The site's sources in one folder: `docs/` of the workspace, the programs its guides show, and the API reference that TypeDoc makes.
 *
 * A line `<<< examples/06-sse.ts` in a page becomes the file, in a fence. Links that leave `docs/` lead to the repository.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const here = dirname(fileURLToPath(import.meta.url));
export const root = dirname(dirname(here));
export const site = join(here, ".site");

const { homepage } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** Outside of fences and code, each link of a page whose target is a file of the workspace beyond `docs/`. */
const rewriteLinks = (page, text) =>
  text.replace(/\]\(([^)\s:#]+)(#[^)\s]*)?\)/g, (link, target, anchor = "") => {
    const file = join(dirname(page), target);
    if (!file.startsWith("..") && existsSync(join(root, "docs", file)) && file.endsWith(".md")) return link;
    const inRepository = relative(root, join(root, "docs", file));
    if (inRepository.startsWith("docs/api/")) return link;
    return `](${homepage}/blob/main/${inRepository}${anchor})`;
  });

const include = (text) =>
  text.replace(/^<<< (\S+)$/gm, (_, file) => {
    const language = file.split(".").at(-1);
    return `\`\`\`${language} [${file}]\n${readFileSync(join(root, file), "utf8").trimEnd()}\n\`\`\``;
  });

const pages = () => {
  for (const page of globSync("**/*.md", { cwd: join(root, "docs") })) {
    const target = join(site, page);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, include(rewriteLinks(page, readFileSync(join(root, "docs", page), "utf8"))));
  }
};

const published = () =>
  globSync("packages/*/package.json", { cwd: root })
    .sort()
    .map((file) => ({
      folder: join(root, dirname(file)),
      manifest: JSON.parse(readFileSync(join(root, file), "utf8")),
    }))
    .filter(({ manifest }) => manifest.private !== true && manifest.bin === undefined);

/** The entries of a package with the source behind each, but for those that stand for many files. */
const entriesOf = ({ manifest }) =>
  Object.entries(manifest.exports)
    .filter(([subpath, entry]) => !subpath.includes("*") && entry["@evalwire/source"] !== undefined)
    .map(([subpath, entry]) => ({ subpath, source: entry["@evalwire/source"] }));

/** The name of a page of the reference: `main` for a package itself, else the part after its name. */
const specifiersOf = (entries) =>
  Object.fromEntries(
    entries.map(({ subpath, source }) => [
      source.replace(/^\.\/src\//, "").replace(/(\/index)?\.tsx?$/, ""),
      subpath === "." ? "main" : subpath.slice(2),
    ]),
  );

const api = () => {
  const list = [];
  for (const each of published()) {
    const name = each.manifest.name.replace("@evalwire/", "");
    const entries = entriesOf(each);
    const options = {
      name: each.manifest.name,
      entryPoints: entries.map(({ source }) => join(each.folder, source)),
      specifiers: specifiersOf(entries),
      tsconfig: join(each.folder, "tsconfig.json"),
      out: join(site, "api", name),
      plugin: ["typedoc-plugin-markdown", join(here, "specifiers.mjs")],
      pageTitleTemplates: {
        index: "{projectName}",
        module: `${each.manifest.name}/{name}`,
        member: "{keyword} {kind}: {name}",
      },
      parametersFormat: "table",
      interfacePropertiesFormat: "table",
      typeDeclarationFormat: "table",
      enumMembersFormat: "table",
      tableColumnSettings: { hideModifiers: true, hideOverrides: true },
      sort: ["required-first", "alphabetical"],
      outputFileStrategy: "modules",
      readme: "none",
      githubPages: false,
      disableSources: true,
      excludeInternal: true,
      hidePageHeader: true,
      hideBreadcrumbs: true,
      useCodeBlocks: true,
      useHTMLAnchors: true,
      entryFileName: "index",
      blockTags: [
        "@param",
        "@returns",
        "@throws",
        "@example",
        "@source",
        "@template",
        "@remarks",
        "@see",
        "@deprecated",
      ],
      validation: { notExported: false, invalidLink: false },
      logLevel: "Error",
    };
    const file = join(site, `typedoc.${name}.json`);
    mkdirSync(site, { recursive: true });
    writeFileSync(file, JSON.stringify(options));
    execFileSync(process.execPath, [join(here, "node_modules/typedoc/bin/typedoc"), "--options", file], {
      stdio: "inherit",
    });
    rmSync(file);
    for (const page of ["main.md", "main/index.md"].map((each) => join(site, "api", name, each)).filter(existsSync))
      writeFileSync(page, readFileSync(page, "utf8").replace(/^# (\S+)\/main$/m, "# $1"));
    list.push({ name, title: each.manifest.name, description: each.manifest.description });
  }
  const lines = list.map(({ name, title, description }) => `- [\`${title}\`](./${name}/index.md): ${description}`);
  writeFileSync(join(site, "api", "index.md"), `# API reference\n\nMade from the sources.\n\n${lines.join("\n")}\n`);
};

/** @param withApi - false leaves the API reference out, which takes most of the time */
export const assemble = (withApi) => {
  rmSync(site, { recursive: true, force: true });
  mkdirSync(site, { recursive: true });
  pages();
  if (withApi) api();
  cpSync(join(here, "vitepress"), join(site, ".vitepress"), { recursive: true });
};
