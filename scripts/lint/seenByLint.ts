import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Lints a source folder that has these files and no others, and returns for each whether the lint refuses one of its imports.
 *
 * @param folder of the sources, from the root of the workspace: `packages/core/src`
 * @param files text by path in that folder
 */
export const seenByLint = async (
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, boolean>>> => {
  const copy = await mkdtemp(join(tmpdir(), "walls-"));
  try {
    await cp(join(root, "biome.json"), join(copy, "biome.json"));
    await cp(join(root, "scripts/lint"), join(copy, "scripts/lint"), { recursive: true });
    for (const [name, text] of Object.entries(files)) {
      const file = join(copy, folder, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, `${text}\n`);
    }
    const biome = join(root, "node_modules/.bin/biome");
    const args = ["lint", "--reporter=json", "--max-diagnostics=none", "--vcs-enabled=false", "packages"];
    const report = await new Promise<string>((resolve) => {
      execFile(biome, args, { cwd: copy }, (_, stdout) => resolve(stdout));
    });
    const { diagnostics } = JSON.parse(report) as {
      readonly diagnostics: ReadonlyArray<{ readonly category: string; readonly location: { readonly path: unknown } }>;
    };
    const isSeen = (name: string): boolean =>
      diagnostics.some(
        ({ category, location }) =>
          /noRestrictedImports|noImportCycles/.test(category) && JSON.stringify(location.path).includes(`src/${name}`),
      );
    return Object.fromEntries(Object.keys(files).map((name) => [name, isSeen(name)]));
  } finally {
    await rm(copy, { recursive: true });
  }
};
