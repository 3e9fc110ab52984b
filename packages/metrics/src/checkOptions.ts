/** Names that nobody knows, and the known one each was probably meant to be. */
import { lcs, type Sequence } from "./kernel/lcs.ts";

/** Letters alone are told apart, whatever their case. */
const lettersOf = (text: string): Sequence => {
  const ids = Int32Array.from(text, (letter) => letter.charCodeAt(0) & 31);
  return { ids, length: ids.length };
};

/** How many letters are to be put in and taken out to make one name of the other. */
const edits = (one: string, other: string): number =>
  one.length + other.length - 2 * lcs(lettersOf(one), lettersOf(other), 32);

/** The known name that is nearly the same, if there is one. */
export const nearest = (name: string, known: ReadonlyArray<string>): string | undefined =>
  known.find((each) => edits(name, each) <= 3);

/**
 * Throws a `RangeError` that names the first option nobody knows, and the one that was probably meant.
 *
 * @param who - the function, as it is called
 * @param known - each option's name; an object, so that the compiler sees that none is missing
 */
export const checkOptions = <Options extends object>(
  who: string,
  options: Options,
  known: Readonly<Record<keyof Options, true>>,
): void => {
  if (typeof options !== "object" || options === null)
    throw new RangeError(`${who}: options must be an object, not ${options === null ? "null" : typeof options}`);
  for (const name in options) {
    if (Object.hasOwn(known, name) || options[name] === undefined) continue;
    const names = Object.keys(known);
    const meant = nearest(name, names);
    const say = meant === undefined ? `known are ${names.join(", ")}` : `did you mean ${meant}?`;
    throw new RangeError(`${who}: ${name} is not known; ${say}`);
  }
};
