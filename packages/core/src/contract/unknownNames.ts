/**
 * Names that nobody knows, and the known one each was probably meant to be: `baseUrl` for `baseURL`, `mapping` for `mappings`.
 */

// The fewest letters to add, drop, change or exchange with the next one (optimal string alignment).
const distance = (one: string, other: string): number => {
  let before: ReadonlyArray<number> = [];
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const isSame = one[i - 1] === other[j - 1];
      const isExchanged = one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const edits = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (isSame ? 0 : 1));
      next.push(isExchanged ? Math.min(edits, before[j - 2]! + 1) : edits);
    }
    [before, row] = [row, next];
  }
  return row[other.length]!;
};

/**
 * The known name that is nearest to another one, letter case aside; `undefined` when none is near.
 *
 * @example
 * ```ts
 * import { nearest } from "@evalwire/core/contract";
 *
 * nearest("baseUrl", ["apiKey", "baseURL", "timeout"]); // => "baseURL"
 * nearest("pollInterval", ["interval", "include"]); // => "interval"
 * nearest("ulr", ["url", "secret"]); // => "url"
 * nearest("maxRetry", ["maxRetries", "maxResponseBytes"]); // => "maxRetries"
 * nearest("colour", ["apiKey", "baseURL"]); // => undefined
 * ```
 */
export const nearest = (name: string, known: ReadonlyArray<string>): string | undefined => {
  const given = name.toLowerCase();
  const near = known.flatMap((each) => {
    const other = each.toLowerCase();
    const edits = distance(given, other);
    const isPart = other.length > 3 && given.length > 3 && (given.includes(other) || other.includes(given));
    const isSameStem = other.startsWith(given.slice(0, Math.max(4, Math.ceil((other.length * 2) / 3))));
    return isPart || isSameStem || edits <= Math.min(2, other.length / 3) ? [{ each, edits }] : [];
  });
  return near.sort((one, other) => one.edits - other.edits)[0]?.each;
};

/** `is not known; did you mean …?`, or which names are when none is near. */
export const unknownName = (name: string, known: ReadonlyArray<string>): string => {
  const meant = nearest(name, known);
  return `is not known; ${meant === undefined ? `known are ${known.join(", ")}` : `did you mean ${meant}?`}`;
};

/**
 * What is wrong with the names of an object of options: those that nobody knows, and the object itself when it is none.
 * A name whose value is `undefined` says nothing, and is let through.
 */
export const optionIssues = (
  options: unknown,
  known: ReadonlyArray<string>,
): ReadonlyArray<{ readonly path: string; readonly message: string }> => {
  if (typeof options !== "object" || options === null)
    return [{ path: "options", message: `must be an object, not ${options === null ? "null" : typeof options}` }];
  return Object.entries(options).flatMap(([path, value]) =>
    value === undefined || known.includes(path) ? [] : [{ path, message: unknownName(path, known) }],
  );
};

/**
 * Throws a `TypeError` that names the first option nobody knows, and the one that was probably meant.
 *
 * @param who - the function, as it is called
 * @param known - each option's name; an object, so that the compiler sees that none is missing
 *
 * @example
 * ```ts
 * import { checkOptions } from "@evalwire/core/contract";
 *
 * const said = (options: object): string => {
 *   try {
 *     checkOptions<{ url?: string }>("webhook", options, { url: true });
 *     return "nothing";
 *   } catch (error) {
 *     return (error as Error).message;
 *   }
 * };
 * said({ ulr: "https://example.org" }); // => "webhook: ulr is not known; did you mean url?"
 * said({ url: "https://example.org" }); // => "nothing"
 * ```
 */
export const checkOptions = <Options extends object>(
  who: string,
  options: Options,
  known: Readonly<Record<keyof Options, true>>,
): void => {
  const [issue] = optionIssues(options, Object.keys(known));
  if (issue !== undefined) throw new TypeError(`${who}: ${issue.path} ${issue.message}`);
};
