/** Tokenization of Western languages by mteval-v13a: under sacrebleu's `13a` and `zh` and, in part, under TER. */
import { kindsOf } from "./Kinds.ts";
import { whitespaceCharacters } from "./whitespace.ts";

/**
 * Character classes of mteval-v13a: stops and commas are points, apostrophes are letters, every other punctuation mark of ASCII
 * is a token by itself.
 */
const letter = 0;
const space = 1;
const point = 2;
const digit = 3;
const dash = 4;
const kinds = kindsOf(whitespaceCharacters, ".,", "0123456789", "-", '!"#$%&()*+/:;<=>?@[\\]^_`{|}~');

const kindAt = (text: string, at: number): number => kinds[text.charCodeAt(at)]!;

/**
 * The tokens of mteval-v13a in one pass, instead of its four substitutions one after another, which come to this:
 *
 * Marks are tokens by themselves. So is a dash behind a digit. So are points, but for the last of a run of an even number of them, or
 * of an odd number behind a digit or at the very start of the text: that one stays with a digit on its right, and when it is the
 * only one with the digit on its left, unless something else than a digit follows.
 *
 * @param padded whether the substitutions see a space before and after the text
 */
export const westernTokens = (text: string, padded: boolean): Array<string> => {
  const tokens: Array<string> = [];
  const outside = padded ? space : undefined;
  let start = -1;
  let before = outside;
  for (let at = 0; at < text.length; ) {
    const kind = kindAt(text, at);
    if (kind === letter || kind === digit || (kind === dash && before !== digit)) {
      if (start < 0) start = at;
      before = kind;
      at++;
      continue;
    }
    let end = at + 1;
    let joined = false;
    if (kind === point) {
      while (end < text.length && kindAt(text, end) === point) end++;
      const after = end < text.length ? kindAt(text, end) : outside;
      const isLoose = (end - at) % 2 === (before === digit || before === undefined ? 1 : 0);
      joined = isLoose && (after === digit || after === undefined);
    }
    const stays = joined && end === at + 1 && before === digit;
    if (start >= 0 && !stays) tokens.push(text.slice(start, at));
    if (!stays) start = -1;
    if (kind !== space) {
      for (; at < end - (joined ? 1 : 0); at++) tokens.push(text[at]!);
      if (joined && !stays) start = at;
    }
    before = kind;
    at = end;
  }
  if (start >= 0) tokens.push(text.slice(start));
  return tokens;
};

/** The text with its XML entities resolved, `&quot;` first. */
export const unescaped = (text: string): string =>
  text.replaceAll("&quot;", '"').replaceAll("&amp;", "&").replaceAll("&lt;", "<").replaceAll("&gt;", ">");
