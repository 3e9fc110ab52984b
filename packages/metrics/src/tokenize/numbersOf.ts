/** Tokens as small integers, so that comparing them does not mean comparing strings. */

/** Words stay known from call to call until so many numbers are given. */
const capacity = 1 << 16;

/** Longer tokens are forgotten after the call: the engine may keep the whole text alive for a long piece of it. */
const longestKept = 12;

const known = new Map<string, number>();
const knownAnyCase = new Map<string, number>();
let next = 1;

/**
 * Numbers for the tokens of all these lists, in their order: equal tokens get equal numbers, from 1 up and small enough to index
 * arrays with. Numbers of different calls do not belong together.
 *
 * @param anyCase whether tokens that differ only in case are equal; default false
 */
export const numbersOf = (lists: ReadonlyArray<ReadonlyArray<string>>, anyCase = false): Array<Int32Array> => {
  if (next > capacity) {
    known.clear();
    knownAnyCase.clear();
    next = 1;
  }
  const short = anyCase ? knownAnyCase : known;
  const long = new Map<string, number>();
  const learn = (token: string): number => {
    const key = anyCase ? token.toLowerCase() : token;
    const table = key.length <= longestKept ? short : long;
    const number = table.get(key) ?? next++;
    table.set(key, number);
    if (table === short && token.length <= longestKept) short.set(token, number);
    return number;
  };
  return lists.map((tokens) => {
    const numbers = new Int32Array(tokens.length);
    for (let at = 0; at < tokens.length; at++) {
      const token = tokens[at]!;
      numbers[at] = (token.length <= longestKept ? short.get(token) : undefined) ?? learn(token);
    }
    return numbers;
  });
};
