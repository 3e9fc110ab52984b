/**
 * The Porter stemmer in the three dialects of NLTK 3.10. `nltk` (NLTK_EXTENSIONS) is the one rouge_score and NLTK's METEOR use;
 * `martin` is Martin Porter's own later C version, `original` the paper's. (M. F. Porter, "An algorithm for suffix stripping",
 * Program 14.3, 1980; the departures of each dialect are named where they happen.)
 *
 * Total: every string has a stem, runs of thousands of `y` included.
 */

/** Which dialect of the algorithm: NLTK's extensions, Martin Porter's, or the paper's. */
export type PorterMode = "nltk" | "martin" | "original";

/** `from:to from:to …` as a map; a single word stands for itself. */
const pairsOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split(" ").map((pair) => {
      const [from = "", to = from] = pair.split(":");
      return [from, to];
    }),
  );

/** Forms the `nltk` dialect looks up before any rule. */
const irregular = pairsOf(
  "sky skies:sky dying:die lying:lie tying:tie news inning innings:inning outing outings:outing canning cannings:canning howe " +
    "proceed exceed succeed",
);

const y = 121;

/** Whether a letter is one of a, e, i, o, u. */
const isPlainVowel = (letter: number): boolean =>
  letter === 97 || letter === 101 || letter === 105 || letter === 111 || letter === 117;

/** Whether the letter at `index` is a vowel; `y` is one exactly after a consonant, so a run of them alternates. */
const isVowel = (word: string, index: number): boolean => {
  let first = index;
  while (first > 0 && word.charCodeAt(first) === y) first--;
  // Letters after this one are all y; the first letter of a word is a consonant if it is one.
  return isPlainVowel(word.charCodeAt(first)) === ((index - first) % 2 === 0);
};

/** The paper's m: how often a vowel is followed by a consonant in the first `length` letters. */
const measure = (word: string, length: number): number => {
  let count = 0;
  let vowel = false;
  for (let index = 0; index < length; index++) {
    const letter = word.charCodeAt(index);
    const next: boolean = letter === y ? index > 0 && !vowel : isPlainVowel(letter);
    if (vowel && !next) count++;
    vowel = next;
  }
  return count;
};

/** In the first `length` letters. Of two letters y one is a vowel, so that a run of them is not gone through again and again. */
const hasVowel = (word: string, length: number): boolean => {
  for (let index = 0; index < length; index++) if (isVowel(word, index)) return true;
  return false;
};

/** The paper's *o: consonant, vowel, consonant at the end, the last none of w, x, y. The `nltk` dialect adds vowel, consonant. */
const endsShort = (word: string, length: number, mode: PorterMode): boolean => {
  if (length === 2) return mode === "nltk" && isVowel(word, 0) && !isVowel(word, 1);
  if (length < 3) return false;
  const isShort = !isVowel(word, length - 3) && isVowel(word, length - 2) && !isVowel(word, length - 1);
  return isShort && !"wxy".includes(word[length - 1]!);
};

const without = (word: string, suffix: string): string => word.slice(0, word.length - suffix.length);

type Rule = readonly [suffix: string, replacement: string];
type Rules = ReadonlyMap<string, ReadonlyArray<Rule>>;

/** The rules of one step, `suffix:replacement`, by last letter: of those whose suffix a word has, the first decides. */
const step = (rules: string): Rules => {
  const byLast = new Map<string, Array<Rule>>();
  for (const text of rules.split(" ")) {
    const rule = text.split(":") as unknown as Rule;
    const last = rule[0].slice(-1);
    byLast.set(last, [...(byLast.get(last) ?? []), rule]);
  }
  return byLast;
};

const matching = (rules: Rules, word: string): Rule | undefined =>
  rules.get(word.at(-1)!)?.find(([suffix]) => word.endsWith(suffix));

/** 1a: plurals. `nltk` keeps the e of a four-letter word (`ties` → `tie`). */
const plural = (word: string, mode: PorterMode): string => {
  if (!word.endsWith("s")) return word;
  if (word.endsWith("sses")) return without(word, "es");
  if (word.endsWith("ies")) return without(word, mode === "nltk" && word.length === 4 ? "s" : "es");
  return word.endsWith("ss") ? word : without(word, "s");
};

/** 1b: -eed, -ed, -ing. `nltk` turns -ied into -i, or -ie in a four-letter word. */
const pastOrProgressive = (word: string, mode: PorterMode): string => {
  if (mode === "nltk" && word.endsWith("ied")) return without(word, word.length === 4 ? "d" : "ed");
  if (word.endsWith("eed")) return measure(word, word.length - 3) > 0 ? without(word, "d") : word;
  const suffix = word.endsWith("ed") ? "ed" : word.endsWith("ing") ? "ing" : "";
  if (suffix === "" || !hasVowel(word, word.length - suffix.length)) return word;
  const stem = without(word, suffix);
  if (stem.endsWith("at") || stem.endsWith("bl") || stem.endsWith("iz")) return `${stem}e`;
  const last = stem.length - 1;
  if (last > 0 && stem[last] === stem[last - 1] && !isVowel(stem, last)) {
    return "lsz".includes(stem[last]!) ? stem : stem.slice(0, last);
  }
  return measure(stem, stem.length) === 1 && endsShort(stem, stem.length, mode) ? `${stem}e` : stem;
};

/** 1c: final y to i, after a vowel anywhere before it; in `nltk` after a consonant that is not the first letter. */
const finalY = (word: string, mode: PorterMode): string => {
  if (!word.endsWith("y")) return word;
  const length = word.length - 1;
  const turns = mode === "nltk" ? length > 1 && !isVowel(word, length - 1) : hasVowel(word, length);
  return turns ? `${word.slice(0, length)}i` : word;
};

const doubleSuffixes = (bli: string, more: string): Rules =>
  step(
    `ational:ate tional:tion enci:ence anci:ance izer:ize ${bli} alli:al entli:ent eli:e ousli:ous ization:ize ation:ate ator:ate ` +
      `alism:al iveness:ive fulness:ful ousness:ous aliti:al iviti:ive biliti:ble${more}`,
  );

const step2 = {
  nltk: doubleSuffixes("bli:ble", " fulli:ful logi:log"),
  martin: doubleSuffixes("bli:ble", " logi:log"),
  original: doubleSuffixes("abli:able", ""),
};

/** 2: double suffixes, where m > 0. `nltk` takes -alli first and starts again; for -logi it counts the l to the stem. */
const doubleSuffix = (word: string, mode: PorterMode): string => {
  if (mode === "nltk" && word.endsWith("alli") && measure(word, word.length - 4) > 0) {
    return doubleSuffix(without(word, "li"), mode);
  }
  const rule = matching(step2[mode], word);
  if (!rule) return word;
  const [suffix, replacement] = rule;
  const measured = word.length - (mode === "nltk" && suffix === "logi" ? 3 : suffix.length);
  return measure(word, measured) > 0 ? without(word, suffix) + replacement : word;
};

const step3 = step("icate:ic ative: alize:al iciti:ic ical:ic ful: ness:");

/** 3: -ic-, -full, -ness, where m > 0. */
const derivedSuffix = (word: string): string => {
  const rule = matching(step3, word);
  return rule && measure(word, word.length - rule[0].length) > 0 ? without(word, rule[0]) + rule[1] : word;
};

const step4 = step("al: ance: ence: er: ic: able: ible: ant: ement: ment: ent: ion: ou: ism: ate: iti: ous: ive: ize:");

/** 4: the suffix goes where m > 1; -ion only after s or t. */
const residualSuffix = (word: string): string => {
  const rule = matching(step4, word);
  if (!rule) return word;
  const stem = without(word, rule[0]);
  const removable = measure(stem, stem.length) > 1 && (rule[0] !== "ion" || stem.endsWith("s") || stem.endsWith("t"));
  return removable ? stem : word;
};

/** 5: a final e, then one l of two. */
const tidy = (word: string, mode: PorterMode): string => {
  if (word.endsWith("e")) {
    const length = word.length - 1;
    const syllables = measure(word, length);
    if (syllables > 1 || (syllables === 1 && !endsShort(word, length, mode))) word = word.slice(0, length);
  }
  return word.endsWith("ll") && measure(word, word.length - 1) > 1 ? without(word, "l") : word;
};

/**
 * A character outside the Basic Multilingual Plane is one letter to the rules, and a consonant. It is stemmed as a stand-in of one
 * code unit, and put back; two stand-ins suffice to keep neighbours that differ apart.
 */
const wide = /[\ud800-\udbff][\udc00-\udfff]|[\ufffe\uffff]/g;

const stemWide = (word: string, mode: PorterMode): string => {
  let previous = "";
  let end = -1;
  let standIn = "\ufffe";
  const narrow = word.replace(wide, (character, at: number) => {
    if (at !== end || character !== previous) standIn = standIn === "\ufffe" ? "\uffff" : "\ufffe";
    previous = character;
    end = at + character.length;
    return standIn;
  });
  const characters = word.match(wide)!;
  let next = 0;
  return stemNarrow(narrow, mode).replace(/[\ufffe\uffff]/g, () => characters[next++]!);
};

const stemNarrow = (word: string, mode: PorterMode): string => {
  word = plural(word, mode);
  word = pastOrProgressive(word, mode);
  word = finalY(word, mode);
  word = doubleSuffix(word, mode);
  word = derivedSuffix(word);
  word = residualSuffix(word);
  return tidy(word, mode);
};

/** The `nltk` stem of a word of more than two code units, in lower case, with no character outside of the Basic Multilingual Plane. */
export const stemOf = (word: string): string => irregular.get(word) ?? stemNarrow(word, "nltk");

/**
 * The Porter stem of a word, lower-cased first as NLTK does.
 *
 * @param word one word; any string is allowed
 * @param mode the dialect, `nltk` by default
 *
 * @example
 * ```ts
 * import { porter } from "@evalwire/metrics";
 *
 * porter("relational"); // => "relat"
 * porter("flies"); // => "fli"
 * porter("dies", "original"); // => "di"
 * ```
 */
export const porter = (word: string, mode: PorterMode = "nltk"): string => {
  const lower = word.toLowerCase();
  const known = mode === "nltk" ? irregular.get(lower) : undefined;
  if (known !== undefined) return known;
  const isWide = wide.test(lower);
  wide.lastIndex = 0;
  if (mode !== "original" && (isWide ? [...word].length : word.length) <= 2) return lower;
  return isWide ? stemWide(lower, mode) : stemNarrow(lower, mode);
};
