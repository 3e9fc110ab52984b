/** What each UTF-16 unit is to the rules of a tokenizer, looked up in a table. */

/** The white space of Python, all of it one unit long; see `isWhitespace`. */
export const whitespaceCharacters =
  "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000";

export type Kinds = Uint8Array;

/** A table in which the units of the n-th text are of kind n, counting from 1, and all others of kind 0. */
export const kindsOf = (...texts: ReadonlyArray<string>): Kinds => {
  const kinds = new Uint8Array(1 << 16);
  texts.forEach((text, index) => {
    for (let at = 0; at < text.length; at++) kinds[text.charCodeAt(at)] = index + 1;
  });
  return kinds;
};
