/**
 * White space as Python means it, on which most reference implementations rest.
 *
 * `str.split()`, `str.isspace()` and `\s` of `re` agree with each other and differ from JavaScript's `\s`: they include
 * U+001C–U+001F and U+0085, and leave out U+FEFF.
 */
import { kindsOf } from "./Kinds.ts";

/** All of it; every white-space character is one UTF-16 unit long. */
export const whitespaceCharacters =
  "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000";

const kinds = kindsOf(whitespaceCharacters);

/** Whether this UTF-16 unit is white space. */
export const isWhitespace = (unit: number): boolean => kinds[unit] === 1;

/**
 * The words between white space, as Python's `str.split()`.
 *
 * @example
 * ```ts
 * import { splitWhitespace } from "@evalwire/metrics"
 *
 * splitWhitespace("  two\twords\n") // => ["two", "words"]
 * ```
 */
export const splitWhitespace = (text: string): Array<string> => {
  const words: Array<string> = [];
  let start = -1;
  for (let at = 0; at < text.length; at++) {
    if (isWhitespace(text.charCodeAt(at))) {
      if (start >= 0) words.push(text.slice(start, at));
      start = -1;
    } else if (start < 0) {
      start = at;
    }
  }
  if (start >= 0) words.push(text.slice(start));
  return words;
};

/** The text without its trailing white space, as Python's `str.rstrip()`. */
export const trimEnd = (text: string): string => {
  let end = text.length;
  while (end > 0 && isWhitespace(text.charCodeAt(end - 1))) end--;
  return text.slice(0, end);
};

/** The text without white space around it, as Python's `str.strip()`. */
export const trim = (text: string): string => {
  let start = 0;
  while (start < text.length && isWhitespace(text.charCodeAt(start))) start++;
  return trimEnd(text.slice(start));
};
