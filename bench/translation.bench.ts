/**
 * BLEU, chrF, TER, GLEU and METEOR, on the WebAssembly kernels, against another build (`EVALWIRE_BASE`, its checkout; a metric that gives
 * another number there fails) and against their Python references, where this machine's Python has them: NLTK from Debian
 * (`apt-get install python3-nltk wordnet-base`), sacrebleu from its repository (`PYTHONPATH=…`; it is not in the registries used here).
 */
import { spawnSync } from "node:child_process";
import { bleu, chrf, meteor, sacreBleu, whitespace, wordTokenizer } from "@evalwire/metrics";
import { gleu, ter } from "@evalwire/metrics/extended";
import { loadPunkt, loadPunktModel } from "@evalwire/metrics/punkt";
import { installKernels } from "@evalwire/metrics/wasm";
import { loadWordNet } from "@evalwire/metrics/wordnet";
import { hold, type Line } from "./budget.ts";
import { inTurn, table } from "./measure.ts";
import { isEnglish, type Pair, random, texts } from "./texts.ts";

/** Pairs that resemble each other as a translation resembles its reference: words moved, dropped, and replaced by others. */
const resembling = (count: number, words: number): ReadonlyArray<Pair> => {
  const text = texts(words);
  const others = text(2000).split(/\s+/);
  const next = random(words);
  const below = (bound: number) => Math.floor(next() * bound);
  return Array.from({ length: count }, () => {
    const reference = text(words).replaceAll("\n", " ");
    const edited = reference.split(" ");
    for (let edit = 0; edit < words / 8; edit++) {
      const run = edited.splice(below(edited.length), 1 + below(4));
      const kind = next();
      if (kind < 0.3) edited.splice(below(edited.length), 0, ...run);
      else if (kind < 0.8) edited.splice(below(edited.length), 0, ...run.map(() => others[below(others.length)]!));
    }
    return { candidate: edited.join(" "), reference };
  });
};

/** The model that sentences are split with, for NLTK: Debian's package has none. */
const { abbreviations, collocations, sentenceStarters, orthography } = await loadPunktModel();
const model = {
  abbreviations: [...abbreviations],
  collocations: [...collocations].map((pair) => pair.split("\t")),
  sentenceStarters: [...sentenceStarters],
  orthography: [...orthography],
};

/** NLTK's `word_tokenize` as `t`. */
const wordTokenize = `
from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer
from nltk.tokenize import NLTKWordTokenizer
parameters = PunktParameters()
parameters.abbrev_types = set(model["abbreviations"])
parameters.collocations = set(map(tuple, model["collocations"]))
parameters.sent_starters = set(model["sentenceStarters"])
parameters.ortho_context.update(model["orthography"])
sentences, words = PunktSentenceTokenizer(parameters).tokenize, NLTKWordTokenizer().tokenize
t = lambda text: [word for sentence in sentences(text) for word in words(sentence)]
`;

/** Call of each Python reference for a candidate `c` and a reference `r`. */
const references = {
  sacreBleu: ["import sacrebleu; metric = sacrebleu.BLEU(effective_order=True)", "metric.sentence_score(c, [r])"],
  chrf: ["import sacrebleu; metric = sacrebleu.CHRF()", "metric.sentence_score(c, [r])"],
  "chrf++": ["import sacrebleu; metric = sacrebleu.CHRF(word_order=2)", "metric.sentence_score(c, [r])"],
  ter: ["import sacrebleu; metric = sacrebleu.TER()", "metric.sentence_score(c, [r])"],
  bleu: [`from nltk.translate.bleu_score import sentence_bleu as metric${wordTokenize}`, "metric([t(r)], t(c))"],
  gleu: ["from nltk.translate.gleu_score import sentence_gleu as metric", "metric([r.split()], c.split())"],
  meteor: [
    // NLTK wants a file of lexicographer names that Debian leaves out; its content does not matter here.
    `import os, tempfile
from nltk.translate.meteor_score import meteor_score as metric
from nltk.corpus.reader.wordnet import WordNetCorpusReader
root = tempfile.mkdtemp()
for name in os.listdir("/usr/share/wordnet"): os.symlink("/usr/share/wordnet/" + name, root + "/" + name)
open(root + "/lexnames", "w").write("".join("%d\\tname\\t1\\n" % number for number in range(45)))
wordnet = WordNetCorpusReader(root, None)${wordTokenize}`,
    "metric([t(r)], t(c), wordnet=wordnet)",
  ],
} as const;

/**
 * Microseconds a pair, after a warm-up on other texts of the same words: sacrebleu keeps the tokens of texts it has seen, which no
 * real corpus repeats. Undefined where it cannot run.
 */
const python = (name: keyof typeof references, list: ReadonlyArray<Pair>): number | undefined => {
  const [setUp, score] = references[name];
  const program = `
import json, logging, sys, time, warnings
warnings.filterwarnings("ignore"); logging.disable(logging.CRITICAL)
model, pairs = json.load(sys.stdin)
${setUp}
def turn(pairs):
    start = time.thread_time()
    for pair in pairs:
        c, r = pair["candidate"], pair["reference"]
        ${score}
    return time.thread_time() - start
turn([{"candidate": p["candidate"] + " so", "reference": "so " + p["reference"]} for p in pairs])
print(turn(pairs) / len(pairs) * 1e6)`;
  for (const command of ["python3", "/usr/bin/python3"]) {
    const { status, stdout } = spawnSync(command, ["-c", program], {
      input: JSON.stringify([model, list]),
      encoding: "utf8",
    });
    if (status === 0) return Number(stdout);
  }
  return undefined;
};

const synonyms = await loadWordNet().catch(() => undefined);
if (synonyms === undefined) console.log("No WordNet here: METEOR runs without synonyms, and NLTK's not at all.\n");

installKernels();
const tokenizer = wordTokenizer(await loadPunkt());

type Contenders = Readonly<Record<keyof typeof references, (pair: Pair) => unknown>>;

const contenders: Contenders = {
  sacreBleu: ({ candidate, reference }) => sacreBleu(candidate, reference, { effectiveOrder: true }),
  chrf: ({ candidate, reference }) => chrf(candidate, reference),
  "chrf++": ({ candidate, reference }) => chrf(candidate, reference, { wordOrder: 2 }),
  ter: ({ candidate, reference }) => ter(candidate, reference),
  bleu: ({ candidate, reference }) => bleu(candidate, reference, { tokenizer }),
  gleu: ({ candidate, reference }) => gleu(candidate, reference, { tokenizer: whitespace }),
  meteor: ({ candidate, reference }) => meteor(candidate, reference, { tokenizer, synonyms }),
};

/** The same of another build, whose NLTK is 3.8. */
const ofOther = async (base: string): Promise<Contenders> => {
  const from = (entry: string) => import(`${base}/packages/metrics/src/${entry}.ts`);
  const [root, punkt, wordnet] = await Promise.all([from("index"), from("punkt"), from("wordnet")]);
  const extended = root.gleu === undefined ? await from("extended/index") : root;
  const words = root.wordTokenizer(await punkt.loadPunkt(), "3.8");
  const known = synonyms === undefined ? undefined : await wordnet.loadWordNet();
  return {
    sacreBleu: ({ candidate, reference }) => root.sacreBleu(candidate, reference, { effectiveOrder: true }),
    chrf: ({ candidate, reference }) => root.chrf(candidate, reference),
    "chrf++": ({ candidate, reference }) => root.chrf(candidate, reference, { wordOrder: 2 }),
    ter: ({ candidate, reference }) => (root.ter ?? extended.ter)(candidate, reference),
    bleu: ({ candidate, reference }) => root.bleu(candidate, reference, { tokenizer: words }),
    gleu: ({ candidate, reference }) => extended.gleu(candidate, reference, { tokenizer: root.whitespace }),
    meteor: ({ candidate, reference }) => root.meteor(candidate, reference, { tokenizer: words, synonyms: known }),
  };
};

const base = process.env["EVALWIRE_BASE"];
const others = base === undefined ? undefined : await ofOther(base);

/** How many times faster than the other build each is to be. */
const least: Readonly<Partial<Record<keyof typeof references, number>>> = {
  ...{ sacreBleu: 4, gleu: 4, chrf: 2, "chrf++": 2, bleu: 2, meteor: 2 },
};

const lines: Array<Line> = [];

console.log(`Texts: ${isEnglish ? "inaugural addresses" : "made"}, and the same edited; microseconds a pair.\n`);
for (const [words, count, fewer] of [
  [24, 200, 60],
  [64, 200, 20],
  [300, 40, 2],
] as const) {
  const list = resembling(count, words);
  const names = Object.keys(references) as Array<keyof typeof references>;
  const timesOf = (contenders: Contenders, some: typeof names) =>
    some.map((name) => ({ name, units: list.length, run: () => list.forEach(contenders[name]) }));
  const compared = others === undefined ? [] : names.filter((name) => least[name] !== undefined);
  for (const name of compared) {
    const scoreOf = (contenders: Contenders, pair: Pair) =>
      (contenders[name](pair) as { readonly score: number }).score;
    // NLTK 3.10 gives other numbers for some texts; what is slower or faster is the same work.
    const differ = list.filter((pair) => scoreOf(contenders, pair) !== scoreOf(others!, pair)).length;
    if (differ > 0 && name !== "bleu" && name !== "meteor") throw new Error(`${name}: ${differ} numbers differ`);
  }
  const timings = inTurn([...timesOf(contenders, names), ...(others ? timesOf(others, compared) : [])], 5);
  const rows = names.map((name, at) => {
    const mine = timings[at]!.best;
    const before = timings.slice(names.length).find((one) => one.name === name)?.best;
    if (before !== undefined) {
      const question = `${words} words: ${name}, faster than the other build`;
      lines.push({ question, figure: before / mine, unit: "×", budget: { least: least[name]! } });
    }
    // Some references take a second a pair.
    const theirs = python(name, list.slice(0, name === "ter" ? fewer : count));
    return [
      name,
      mine,
      before ?? "not given",
      theirs ?? "not installed here",
      theirs === undefined ? "" : `${(theirs / mine).toFixed(0)} ×`,
    ];
  });
  table([`${words} words`, "evalwire", "the other build", "Python reference", "ratio"], rows);
}
hold(lines);
