import { Interner } from "./Interner.ts";

/**
 * Numbers for the tokens of all these lists, in their order: equal tokens get equal numbers.
 *
 * @param anyCase whether tokens that differ only in case are equal; default false
 */
export const intern = (lists: ReadonlyArray<ReadonlyArray<string>>, anyCase = false): Array<Int32Array> => {
  const interner = new Interner(anyCase);
  return lists.map((tokens) => {
    const numbers = new Int32Array(tokens.length);
    for (let at = 0; at < tokens.length; at++) numbers[at] = interner.of(tokens[at]!);
    return numbers;
  });
};
