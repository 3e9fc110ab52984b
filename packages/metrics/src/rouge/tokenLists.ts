/** Tokens of the caller's tokenizer, as small integers: reads like a `Vocabulary`. */
import type { Tokenizer } from "../tokenize/Tokenizer.ts";
import type { Tokens } from "./Tokens.ts";
import type { Vocabulary } from "./Vocabulary.ts";

export const tokenLists = ({ tokenize }: Tokenizer): Pick<Vocabulary, "size" | "read" | "readLines"> => {
  const ids = new Map<string, number>();
  const lists = {
    /** Every id is below this. */
    size: 1,
    read: (text: string, into: Tokens) => lists.readLines([text], into),
    readLines: (lines: ReadonlyArray<string>, into: Tokens): Tokens => {
      const cut = lines.map((line) => tokenize(line));
      into.clear(2 * cut.flat().length);
      for (const line of cut) {
        for (const token of line) into.ids[into.length++] = ids.get(token) ?? ids.set(token, lists.size++).size;
        into.breakLine();
      }
      return into;
    },
  };
  return lists;
};
