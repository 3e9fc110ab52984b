/** A gate for CI: the new system may not be worse than the old one. Run it: `node examples/15-gate.ts` */
import { computeMetrics } from "@evalwire/metrics";
import { pairedBootstrap } from "@evalwire/metrics/stats";

const config = {
  components: [{ name: "overlap", type: "rougeL", mappings: { candidate: ["output"], reference: ["expected"] } }],
};

const expected = [
  "The storm keeps the ferry in port.",
  "Soak beans, then cook an hour.",
  "The lift is broken until Friday.",
  "Carrots need moist soil.",
  "Open weekdays from ten, closed Sundays.",
  "Grease the chain monthly.",
];
const before = [
  "The ferry stays in port.",
  "Cook the beans.",
  "The lift is broken.",
  "Carrots need soil.",
  "Open from ten.",
  "Grease the chain.",
];
const after = [
  "The storm keeps the ferry in port today.",
  "Soak the beans, then cook an hour.",
  "The lift is broken until Friday.",
  "Carrots need moist soil to grow.",
  "Open weekdays from ten.",
  "Grease the chain once a month.",
];

export const main = async (print: (line: string) => void): Promise<void> => {
  const scores = (outputs: ReadonlyArray<string>) =>
    outputs.map((output, index) => computeMetrics(config, { output, expected: expected[index] })["overlap"]!);
  const { estimate, low, high, pValue } = pairedBootstrap(scores(after), scores(before), { seed: 1 });
  print(
    `difference ${estimate.toFixed(3)}, 95 % interval ${low.toFixed(3)} to ${high.toFixed(3)}, p = ${pValue.toFixed(3)}`,
  );
  const isWorse = high < 0;
  print(isWorse ? "worse: the build fails" : "not worse: the build passes");
  if (isWorse) process.exitCode = 1;
};

if (import.meta.main) await main(console.log);
