/** Unknown names, and the known one each was probably meant to be. */
import { lcs, type Sequence } from "./kernel/lcs.ts";

const lettersOf = (text: string): Sequence => {
  const ids = Int32Array.from(text.toLowerCase().split(""), (letter) => letter.charCodeAt(0));
  return { ids, length: ids.length };
};

/**
 * The known name that has most in common with another one, letter case aside, and the first of several; `undefined` when none has six
 * tenths. In common is 2·LCS / (the sum of both lengths), 1 for equal names. `@evalwire/core` follows the same rule.
 */
export const nearest = (name: string, known: ReadonlyArray<string>): string | undefined => {
  let found: string | undefined;
  let most = 0;
  for (const each of known) {
    const ratio = (2 * lcs(lettersOf(name), lettersOf(each), 1 << 16)) / (name.length + each.length);
    if (ratio >= 0.6 && ratio > most) [found, most] = [each, ratio];
  }
  return found;
};

/**
 * Throws a `RangeError` that names the first unknown option, and the one that was probably meant.
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
