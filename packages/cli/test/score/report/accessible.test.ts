/** The report as a browser shows it: in both colour schemes, wide and narrow. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { broken, launch, missingBrowser, overflow } from "../../dashboard/browser.ts";
import { evalwire } from "../../session.ts";

if (missingBrowser.length > 0) console.warn(`\nSKIPPED: the report was not seen: ${missingBrowser.join("; ")}\n`);

it.skipIf(missingBrowser.length > 0)("breaks no rule of axe, and fits its window", { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "evalwire-report-"));
  const file = (name: string) => join(folder, name);
  const record = (id: number, output: string) =>
    JSON.stringify({
      id: `record-${id}`,
      test_case_data: { expected_output: "The ferry stays in port\nuntil the storm is over." },
      test_case_output: { output },
    });
  const lines = (output: string) =>
    Array.from({ length: 12 }, (_, at) => `${record(at, `${output} ${"storm ".repeat(at)}`)}\n`).join("");
  writeFileSync(file("a.jsonl"), lines("The ferry stays in port."));
  writeFileSync(file("b.jsonl"), lines("<b>A boat & a harbour</b>"));
  const components = [
    { name: "overlap", type: "rouge", params: { score_types: ["rouge1", "rougeLsum"] } },
    { name: "edits", type: "ter" },
    { name: "bleu", type: "sacrebleu" },
  ];
  writeFileSync(file("c.json"), JSON.stringify({ components }));
  const args = ["--compare", file("b.jsonl"), "--plot", file("report.html"), file("a.jsonl")];
  expect((await evalwire(["score", "-c", file("c.json"), ...args])).exitCode).toBe(0);
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(file("report.html")).href);
    for (const colorScheme of ["light", "dark"] as const) {
      for (const width of [1280, 360]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 800 });
        expect([colorScheme, width, await broken(page)]).toEqual([colorScheme, width, []]);
        expect([width, await overflow(page)]).toEqual([width, 0]);
      }
    }
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
});
