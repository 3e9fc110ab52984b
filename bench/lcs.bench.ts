/**
 * The kernel of rougeL, in JavaScript and in WebAssembly: against C with 64-bit words on the same ids, row by row and in strips, and a
 * plain table.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rougeTokens } from "@evalwire/metrics";
import { lcs } from "@evalwire/metrics/src/kernel/lcs.ts";
import { Kernels } from "@evalwire/metrics/src/wasm/Kernels.ts";
import { hold, type Line } from "./budget.ts";
import { inTurn, type Timing, table } from "./measure.ts";
import { pairs } from "./texts.ts";

interface Ids {
  readonly left: Int32Array<ArrayBuffer>;
  readonly right: Int32Array<ArrayBuffer>;
}

const sizes = [
  { name: "64 v 64", count: 1000, left: 64, right: 64 },
  { name: "60 v 800", count: 200, left: 60, right: 800 },
  { name: "5,000 v 5,000", count: 10, left: 5000, right: 5000 },
];

const numbers = new Map<string, number>();
const idsOf = (text: string, length: number): Int32Array<ArrayBuffer> => {
  const ids = rougeTokens(text, { stemmer: true }).map((token) => {
    const id = numbers.get(token) ?? numbers.size + 1;
    numbers.set(token, id);
    return id;
  });
  return Int32Array.from({ length }, (_, at) => ids[at % ids.length]!);
};

/** The textbook's two rows. */
const plain = ({ left, right }: Ids): number => {
  let above = new Uint32Array(right.length + 1);
  let row = new Uint32Array(right.length + 1);
  for (const id of left) {
    for (let at = 0; at < right.length; at++) {
      row[at + 1] = id === right[at] ? above[at]! + 1 : Math.max(above[at + 1]!, row[at]!);
    }
    [above, row] = [row, above];
  }
  return above[right.length]!;
};

const ours = ({ left, right }: Ids): number =>
  lcs({ ids: left, length: left.length }, { ids: right, length: right.length }, numbers.size + 1);

const kernels = Kernels.make()!;
const noWords = kernels.exports.newTable(4);

/** Lays ids into a slot of the kernels' memory, for which a text of so many words makes room once. */
const lay = (slot: number, ids: Int32Array): void => {
  const place = kernels.sequences[slot]!;
  if (kernels.words()[place + 1]! < ids.length * 4) {
    kernels.exports.read(slot, kernels.lay("x ".repeat(ids.length)), noWords, true);
  }
  const memory = kernels.words();
  memory.set(ids, memory[place]! >> 2);
  memory[place + 4] = ids.length;
};

const layBoth = ({ left, right }: Ids): void => {
  lay(0, left);
  lay(1, right);
};

/** With the copies of the ids: the metrics' own are read into the kernels' memory and need none. */
const inWebAssembly = (ids: Ids): number => {
  layBoth(ids);
  return kernels.exports.lcs(0, 1, numbers.size + 1);
};

const folder = mkdtempSync(join(tmpdir(), "evalwire-lcs-"));
const program = join(folder, "lcs");
const { status } = spawnSync("gcc", ["-O3", "-o", program, new URL("lcs.c", import.meta.url).pathname], {
  stdio: "inherit",
});
const hasC = status === 0;
if (!hasC) console.warn("There is no gcc here: the C column is left out.\n");

/** The microseconds a pair of the fastest round. @throws Error where the lengths do not add up to `sum` */
const inC = (list: ReadonlyArray<Ids>, times: number, sum: number, ...mode: ReadonlyArray<string>): number => {
  const file = join(folder, "ids");
  const { left, right } = list[0]!;
  const head = Int32Array.of(list.length, left.length, right.length, numbers.size + 1);
  writeFileSync(
    file,
    Buffer.concat([head, ...list.flatMap((one) => [one.left, one.right])].map(({ buffer }) => Buffer.from(buffer))),
  );
  const { stdout } = spawnSync(program, [file, String(times), "9", ...mode], { encoding: "utf8" });
  const rounds = stdout
    .trim()
    .split("\n")
    .map((line) => line.split(" ").map(Number) as [number, number]);
  if (rounds[0]![0] !== sum) throw new Error(`the lengths differ from those in C: ${sum} and ${rounds[0]![0]}`);
  return Math.min(...rounds.map(([, micros]) => micros));
};

const lines: Array<Line> = [];
const rows = sizes.map(({ name, count, left, right }) => {
  const list = pairs(count, left, right).map(
    ({ candidate, reference }): Ids => ({ left: idsOf(candidate, left), right: idsOf(reference, right) }),
  );
  const some = list.slice(0, Math.max(count / 100, 1));
  const sum = list.reduce((all, one) => all + ours(one), 0);
  if (some.some((one) => ours(one) !== plain(one))) throw new Error(`${name}: the lengths differ from the table's`);
  if (list.some((one) => ours(one) !== inWebAssembly(one))) throw new Error(`${name}: the kernels' lengths differ`);
  const [mine, copied, copies, theirs] = inTurn(
    [
      { name: "JavaScript", units: list.length, run: () => list.forEach(ours) },
      { name: "WebAssembly", units: list.length, run: () => list.forEach(inWebAssembly) },
      { name: "copies", units: list.length, run: () => list.forEach(layBoth) },
      { name: "table", units: some.length, run: () => some.forEach(plain) },
    ],
    5,
  ) as readonly [Timing, Timing, Timing, Timing];
  const kernel = copied.best - copies.best;
  const cells = [name, mine.best, kernel, `${theirs.best.toFixed(1)} (${(theirs.best / mine.best).toFixed(0)} ×)`];
  if (!hasC) return cells;
  const times = Math.ceil(100_000 / mine.best / list.length);
  const byRows = inC(list, times, sum);
  const byStrips = inC(list, times, sum, "strips");
  const of = (what: string, micros: number, most: number) =>
    lines.push({ question: `${name}: ${what}`, figure: micros / byRows, unit: "×", budget: { most } });
  of("the kernel in WebAssembly, of C row by row", kernel, 0.8);
  of("in JavaScript, of the same", mine.best, 2);
  return [...cells, byRows, byStrips, `${(kernel / byRows).toFixed(2)} × · ${(kernel / byStrips).toFixed(2)} ×`];
});
rmSync(folder, { recursive: true });
console.log("Microseconds a pair, ids ready.\n");
table(
  [
    ...["ids", "evalwire in JavaScript", "in WebAssembly", "plain table"],
    ...(hasC ? ["C by rows, gcc -O3", "C by strips", "WebAssembly / C by rows · by strips"] : []),
  ],
  rows,
);
hold(lines);
