/**
 * Data that some metrics need and no package contains: a model of sentences, a database of synonyms, an embedding model. Named on
 * the command line, loaded once in each thread that scores, with the code that reads it.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import type { MetricConfig, Providers } from "@evalwire/metrics";
import type { SentenceSplitter } from "@evalwire/metrics/punkt";
import type { Transformers } from "@evalwire/metrics/transformers";
import { CommandFailure } from "../CommandFailure.ts";

/** The word data that was requested. Plain data: it is sent to the workers. */
export interface Asked {
  /** Folder of one language of NLTK's `punkt_tab`, or `installed`. */
  readonly punkt?: string | undefined;
  /** Folder of a WordNet database, or `installed`. */
  readonly wordnet?: string | undefined;
  /** Hub name or folder of an embedding model. */
  readonly embeddings?: string | undefined;
  /** Whether the model is run for the tokens of texts, for whole texts, or for both. */
  readonly embeds?: { readonly tokens: boolean; readonly texts: boolean } | undefined;
}

/** How a configuration uses an embedding model. */
export const embedsOf = ({ components }: MetricConfig): NonNullable<Asked["embeds"]> => {
  const types = Array.isArray(components) ? components.map((one) => one?.type) : [];
  const tokens = types.includes("bertscore");
  return { tokens, texts: !tokens || types.includes("cosine_similarity") };
};

/** Means: what is found on this machine, a package or the system's own. */
export const installed = "installed";

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Fails with the name of the option that requested it. */
const named = async <A>(option: string, loading: Promise<A>): Promise<A> => {
  try {
    return await loading;
  } catch (error) {
    throw new CommandFailure(`${option}: ${said(error)}`, 1, { cause: error });
  }
};

const punktOf = async (folder: string): Promise<SentenceSplitter> => {
  const { loadPunkt, parsePunktTab, punktSplitter } = await import("@evalwire/metrics/punkt");
  if (folder === installed) return loadPunkt();
  const read = (file: string) => readFile(join(folder, file), "utf8");
  const [abbreviations, collocations, sentenceStarters, orthography] = await Promise.all(
    ["abbrev_types.txt", "collocations.tab", "sent_starters.txt", "ortho_context.tab"].map(read),
  );
  const files = {
    abbreviations: abbreviations!,
    collocations: collocations!,
    sentenceStarters: sentenceStarters!,
    orthography: orthography!,
  };
  return punktSplitter(parsePunktTab(basename(resolve(folder)), files));
};

/** The package where the program was started: a command run from elsewhere does not see it beside itself. */
const fromHere = (): Transformers | undefined => {
  try {
    return createRequire(resolve("package.json"))("@huggingface/transformers") as Transformers;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
};

const embeddersOf = async (model: string, embeds: Asked["embeds"]) => {
  const { loadEmbedder, loadTokenEmbedder } = await import("@evalwire/metrics/transformers");
  const transformers = fromHere();
  const options = { model, ...(transformers && { transformers: async () => transformers }) };
  return {
    embedder: embeds?.texts === false ? undefined : await loadEmbedder(options),
    tokenEmbedder: embeds?.tokens === true ? await loadTokenEmbedder(options) : undefined,
  };
};

const wordNetOf = async (folder: string) => {
  const { loadWordNet } = await import("@evalwire/metrics/wordnet");
  return loadWordNet({ directory: folder === installed ? undefined : folder });
};

/** @throws CommandFailure naming the option, and what to install or to give */
export const load = async ({ punkt, wordnet, embeddings, embeds }: Asked): Promise<Providers> => {
  const [sentences, synonyms, embedders] = await Promise.all([
    punkt === undefined ? undefined : named("--punkt", punktOf(punkt)),
    wordnet === undefined ? undefined : named("--wordnet", wordNetOf(wordnet)),
    embeddings === undefined ? undefined : named("--embeddings", embeddersOf(embeddings, embeds)),
  ]);
  return { sentences, synonyms, ...embedders };
};

/** The loaded data, as signatures name it. */
export const namesOf = ({ sentences, synonyms, embedder, tokenEmbedder }: Providers) => ({
  punkt: sentences?.name ?? null,
  wordnet: synonyms?.name ?? null,
  embeddings: embedder?.name ?? null,
  ...(tokenEmbedder && { tokenEmbeddings: tokenEmbedder.name }),
});
