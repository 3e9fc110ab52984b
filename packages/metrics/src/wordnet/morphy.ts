/**
 * Morphy: the dictionary forms of an inflected English word, by exception lists and suffix rules.
 *
 * NLTK 3.10 applies the rules once; 3.8 applies them again to their own results until a form is in the dictionary. Forms longer than any dictionary word are followed only
 * where a rule cuts letters off, since every other rule ends in letters that no rule takes on: time is linear in the word.
 *
 * Source: NLTK 3.8 and 3.10 `WordNetCorpusReader._morphy`; WordNet 3.0, morphy(7WN).
 */

import type { NltkVersion } from "../tokenize/Tokenizer.ts";

/** Noun, verb, adjective (with satellites), adverb. */
export type PartOfSpeech = "noun" | "verb" | "adj" | "adv";

/** What Morphy asks of a dictionary. */
export interface Dictionary {
  readonly has: (form: string, part: PartOfSpeech) => boolean;
  /** Base forms the exception list gives for this form; undefined when it is not on the list. */
  readonly exceptions: (form: string, part: PartOfSpeech) => ReadonlyArray<string> | undefined;
}

/** Suffix and replacement, in the order of the reference. */
const rules: Readonly<Record<PartOfSpeech, ReadonlyArray<readonly [ending: string, replacement: string]>>> = {
  noun: [
    ["s", ""],
    ["ses", "s"],
    ["ves", "f"],
    ["xes", "x"],
    ["zes", "z"],
    ["ches", "ch"],
    ["shes", "sh"],
    ["men", "man"],
    ["ies", "y"],
  ],
  verb: [
    ["s", ""],
    ["ies", "y"],
    ["es", "e"],
    ["es", ""],
    ["ed", "e"],
    ["ed", ""],
    ["ing", "e"],
    ["ing", ""],
  ],
  adj: [
    ["er", ""],
    ["est", ""],
    ["er", "e"],
    ["est", "e"],
  ],
  adv: [],
};

/** Longer than any word of WordNet. */
const longest = 100;

const applied = (forms: ReadonlyArray<string>, part: PartOfSpeech): Array<string> =>
  forms.flatMap((form) =>
    rules[part]
      .filter(
        ([ending, replacement]) => form.endsWith(ending) && (form.length <= longest || ending.startsWith(replacement)),
      )
      .map(([ending, replacement]) =>
        ending.startsWith(replacement)
          ? form.slice(0, form.length - ending.length + replacement.length)
          : form.slice(0, form.length - ending.length) + replacement,
      ),
  );

/** The dictionary forms of `form` as this part of speech, without repeats; none when the dictionary has none. */
export const morphy = (
  form: string,
  part: PartOfSpeech,
  dictionary: Dictionary,
  nltk: NltkVersion = "3.10",
): ReadonlyArray<string> => {
  const known = (forms: ReadonlyArray<string>) => [
    ...new Set(forms.filter((one) => one.length <= longest && dictionary.has(one, part))),
  ];
  const irregular = dictionary.exceptions(form, part);
  if (irregular !== undefined) return known([form, ...irregular]);
  let forms = applied([form], part);
  let results = known([form, ...forms]);
  while (nltk === "3.8" && results.length === 0 && forms.length > 0) {
    forms = applied(forms, part);
    results = known(forms);
  }
  return results;
};
