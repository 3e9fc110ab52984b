/**
 * RIBES as NLTK computes it: how far the words that two texts share stand in the same order, for languages whose word order differs.
 *
 * A word of the candidate is aligned where it, or the shortest run of words around it, occurs once in both texts. Kendall's tau counts
 * runs of neighbours only, as NLTK does. Time grows with the square of the words at worst.
 *
 * Source: NLTK 3.10 `nltk.translate.ribes_score`; Isozaki et al. 2010, "Automatic Evaluation of Translation Quality for Distant Language
 * Pairs".
 */

import { checkBounds } from "../bounds.ts";
import { checkOptions } from "../checkOptions.ts";
import { intern } from "../kernel/intern.ts";
import { listOf, type Pair, pairsOf, type References } from "../Pairs.ts";
import type { Tokenizer } from "../tokenize/Tokenizer.ts";
import { wordTokenizer } from "../tokenize/wordTokenize.ts";

/** How `ribes` cuts and weighs. */
export interface RibesOptions {
  /** Default: `wordTokenizer()`, NLTK's `word_tokenize` without sentence split. */
  readonly tokenizer?: Tokenizer | undefined;
  /** Exponent of the share of the candidate's words that are aligned, from 0 to 100; default 0.25. */
  readonly alpha?: number | undefined;
  /** Exponent of the brevity penalty, from 0 to 100; default 0.1. */
  readonly beta?: number | undefined;
}

const optionNames: Record<keyof RibesOptions, true> = { tokenizer: true, alpha: true, beta: true };

/** A RIBES score and the choices behind it. */
export interface RibesScore {
  /** In [0, 1]. */
  readonly score: number;
  readonly signature: string;
}

/** A state of the automaton of all runs of tokens of two texts. */
interface State {
  readonly length: number;
  readonly next: Map<number, number>;
  link: number;
  /** How often the runs of this state occur in the first text and in the second, and where they first end in the first. */
  first: number;
  second: number;
  readonly end: number;
}

/** Counts runs of tokens as they are grown: the suffix automaton of both texts (Blumer et al. 1985). */
const automatonOf = (one: Int32Array, other: Int32Array): ReadonlyArray<State> => {
  const states: Array<State> = [{ length: 0, next: new Map(), link: -1, first: 0, second: 0, end: -1 }];
  let last = 0;
  const append = (token: number, isFirst: boolean, end: number): void => {
    const current = states.length;
    states.push({
      length: states[last]!.length + 1,
      next: new Map(),
      link: 0,
      first: isFirst ? 1 : 0,
      second: isFirst ? 0 : 1,
      end,
    });
    let state = last;
    while (state >= 0 && !states[state]!.next.has(token)) {
      states[state]!.next.set(token, current);
      state = states[state]!.link;
    }
    if (state >= 0) {
      const target = states[state]!.next.get(token)!;
      if (states[state]!.length + 1 === states[target]!.length) states[current]!.link = target;
      else {
        const { next, link, end } = states[target]!;
        const clone = states.length;
        states.push({ length: states[state]!.length + 1, next: new Map(next), link, first: 0, second: 0, end });
        while (state >= 0 && states[state]!.next.get(token) === target) {
          states[state]!.next.set(token, clone);
          state = states[state]!.link;
        }
        states[target]!.link = clone;
        states[current]!.link = clone;
      }
    }
    last = current;
  };
  one.forEach((token, at) => {
    append(token, true, at);
  });
  // A token of its own keeps runs from going over.
  append(0, true, one.length);
  other.forEach((token, at) => {
    append(token, false, at);
  });
  for (const state of states.toSorted((a, b) => b.length - a.length)) {
    if (state.link < 0) continue;
    states[state.link]!.first += state.first;
    states[state.link]!.second += state.second;
  }
  return states;
};

/** Grows a run by one token: its state, or `undefined` where it occurs nowhere. */
const grown = (states: ReadonlyArray<State>, state: State | undefined, token: number): State | undefined => {
  const next = state?.next.get(token);
  return next === undefined ? undefined : states[next];
};

/** Where in the reference the candidate's words stand, as far as they can be distinguished. */
const aligned = (reference: Int32Array, candidate: Int32Array): Array<number> => {
  const forward = automatonOf(reference, candidate);
  const backward = automatonOf(reference.toReversed(), candidate.toReversed());
  const isOnce = (state: State | undefined): state is State => state?.first === 1 && state.second === 1;
  const order: Array<number> = [];
  candidate.forEach((word, at) => {
    let right = grown(forward, forward[0], word);
    let left = grown(backward, backward[0], word);
    if (right === undefined || right.first === 0) return;
    if (isOnce(right)) {
      order.push(right.end);
      return;
    }
    const most = Math.min(Math.max(at, candidate.length - at + 1), reference.length);
    for (let window = 1; window < most; window++) {
      right = at + window < candidate.length ? grown(forward, right, candidate[at + window]!) : undefined;
      if (isOnce(right)) {
        order.push(right.end - window);
        return;
      }
      left = window <= at ? grown(backward, left, candidate[at - window]!) : undefined;
      if (isOnce(left)) {
        order.push(reference.length - 1 - (left.end - window));
        return;
      }
      const isLost = (state: State | undefined) => state === undefined || state.first === 0;
      if (isLost(right) && isLost(left)) return;
    }
  });
  return order;
};

const pairs = (count: number): number => (count * (count - 1)) / 2;

/** Kendall's tau of an order, normalised to [0, 1]; of rising pairs those within runs of neighbours count. */
const tauOf = (order: ReadonlyArray<number>): number => {
  if (order.length < 2) return 0;
  let [rising, run] = [0, 1];
  for (let at = 1; at <= order.length; at++) {
    if (order[at] === order[at - 1]! + 1) run++;
    else {
      rising += pairs(run);
      run = 1;
    }
  }
  return ((2 * rising) / pairs(order.length) - 1 + 1) / 2;
};

/**
 * RIBES of one text against its best reference, as NLTK's `sentence_ribes`, in [0, 1]; 0 for an empty text.
 *
 * @throws RangeError when the list of references is empty, or alpha or beta lie outside [0, 100]
 * @example
 * ```ts
 * import { ribes } from "@evalwire/metrics/extended"
 *
 * ribes("he read the book because he was interested", "he was interested so he read the book").score.toFixed(4) // => "0.4145"
 * ```
 */
export const ribes = (candidate: string, references: References, options: RibesOptions = {}): RibesScore => {
  checkOptions("ribes", options, optionNames);
  const { tokenizer = wordTokenizer(), alpha = 0.25, beta = 0.1 } = options;
  checkBounds("RIBES's alpha", alpha, 0, 100);
  checkBounds("RIBES's beta", beta, 0, 100);
  const list = listOf(references, candidate);
  const [mine, ...others] = intern([candidate, ...list].map(tokenizer.tokenize)) as [Int32Array, ...Array<Int32Array>];
  const scores = others.map((other) => {
    if (mine.length === 0) return 0;
    const order = aligned(other, mine);
    const penalty = Math.min(1, Math.exp(1 - other.length / mine.length));
    return tauOf(order) * (order.length / mine.length) ** alpha * penalty ** beta;
  });
  const signature = `ribes|nrefs:${list.length}|case:mixed|tok:${tokenizer.name}|alpha:${alpha}|beta:${beta}|impl:nltk-3.10`;
  return { score: Math.max(...scores), signature };
};

/**
 * RIBES of a corpus, as NLTK's `corpus_ribes`: the mean of its sentences; 0 when there is none.
 *
 * @throws RangeError as `ribes`
 */
export const corpusRibes = (pairs: Iterable<Pair>, options: RibesOptions = {}): RibesScore => {
  checkOptions("corpusRibes", options, optionNames);
  let [total, count] = [0, 0];
  let signature = ribes("", "", options).signature;
  for (const { candidate, references } of pairsOf(pairs)) {
    const one = ribes(candidate, references, options);
    total += one.score;
    count++;
    signature =
      count === 1 || one.signature === signature ? one.signature : signature.replace(/nrefs:\w+/, "nrefs:var");
  }
  return { score: count === 0 ? 0 : total / count, signature };
};
