import { planMetrics } from "@evalwire/metrics";
import fc from "fast-check";
import { expect, it } from "vitest";
import { histogramSvg } from "../../../src/score/report/histogramSvg.ts";
import * as Report from "../../../src/score/report/Report.ts";
import * as WorstCases from "../../../src/score/report/WorstCases.ts";
import * as Scores from "../../../src/score/Scores.ts";
import * as Summary from "../../../src/score/Summary.ts";

const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "<script>alert(1)</script>",
    '"><img src=x onerror=y>',
    "</mark></svg>",
    "&lt;b&gt;",
    "a<b & c>d",
    "'",
  ),
);
const voids = new Set(["meta", "br"]);

/** Every tag is closed by its own name, in order; a `<` or `&` that begins neither a tag nor an entity fails. */
const unclosed = (document: string): ReadonlyArray<string> => {
  const open: Array<string> = [];
  const rest = document
    .replace(/^(<!doctype html>|<\?xml[^>]*\?>)/, "")
    .replace(/<style>[\s\S]*?<\/style>/, "")
    .replace(
      /<(\/?)([a-z][a-z0-9]*)((?: [\w-]+="[^"<]*")*)(\/?)>/gi,
      (_, closes: string, name: string, _a, self: string) => {
        if (closes) expect(open.pop()).toBe(name);
        else if (!self && !voids.has(name)) open.push(name);
        return "";
      },
    );
  expect(rest).not.toMatch(/[<>]|&(?!(?:amp|lt|gt|quot|#39);)/);
  return open;
};

const documents = async (
  name: string,
  id: string,
  output: string,
  expected: string,
): Promise<ReadonlyArray<string>> => {
  const config = { components: [{ name, type: "rouge1" }] };
  const { keys, measure } = planMetrics(config);
  const record = { id, test_case_data: { expected_output: expected }, test_case_output: { output } };
  const [metric] = measure(record);
  const scores = Scores.make(keys);
  Scores.add(scores, [metric!.value]);
  Scores.sign(scores, keys[0]!, metric!.signature);
  const worst = WorstCases.make(config, {});
  WorstCases.offer(worst, record, [metric!.value], { id, index: 0, line: 1 });
  const summary = await Summary.of(scores, new Set(), false, { samples: 2 });
  const columns = new Map(keys.map((key) => [key, Scores.valuesOf(scores, key)]));
  return [Report.html({ source: name, summary, columns, worst }), histogramSvg(summary.metrics, columns)];
};

it("a text is never markup: every document is well-formed for any texts", async () => {
  const name = hostile.filter((text) => text.trim() !== "" && text !== "__proto__");
  await fc.assert(
    fc.asyncProperty(name, hostile, hostile, hostile, async (...texts) => {
      for (const document of await documents(...texts)) {
        expect(unclosed(document)).toEqual([]);
        expect(document).not.toMatch(/<script|<img/i);
      }
    }),
  );
});

it("marks what is shared, on both sides", async () => {
  const [html] = await documents("overlap", "r1", "a cat & <dog>", "the dog");
  expect(html).toContain("a cat &amp; &lt;<mark>dog</mark>&gt;");
  expect(html).toContain("the <mark>dog</mark>");
});
