/** Tokens as small integers, so that comparing them does not mean comparing strings. */

/** Words stay known from call to call until so many numbers are given. */
const capacity = 1 << 16;

/** Longer tokens are forgotten after the call: the engine may keep the whole text alive for a long piece of it. */
const longestKept = 12;

const known = new Map<string, number>();
let next = 1;

/**
 * Numbers for the tokens of all these lists, in their order: equal tokens get equal numbers, from 1 up and small enough to index
 * arrays with. Numbers of different calls do not belong together.
 */
export const numbersOf = (lists: ReadonlyArray<ReadonlyArray<string>>): Array<Int32Array> => {
  if (next > capacity) {
    known.clear();
    next = 1;
  }
  const long = new Map<string, number>();
  return lists.map((tokens) => {
    const numbers = new Int32Array(tokens.length);
    for (let at = 0; at < tokens.length; at++) {
      const token = tokens[at]!;
      const table = token.length <= longestKept ? known : long;
      let number = table.get(token);
      if (number === undefined) {
        number = next++;
        table.set(token, number);
      }
      numbers[at] = number;
    }
    return numbers;
  });
};
