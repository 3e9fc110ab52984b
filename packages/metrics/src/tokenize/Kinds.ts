/** The class of each UTF-16 unit in the rules of a tokenizer, looked up in a table. */

export type Kinds = Uint8Array;

/** A table in which the units of the n-th text are of kind n, counting from 1, and all others of kind 0. */
export const kindsOf = (...texts: ReadonlyArray<string>): Kinds => {
  const kinds = new Uint8Array(1 << 16);
  texts.forEach((text, index) => {
    for (let at = 0; at < text.length; at++) kinds[text.charCodeAt(at)] = index + 1;
  });
  return kinds;
};
