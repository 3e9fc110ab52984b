/**
 * Unknown names, and the known one each was probably meant to be: `baseUrl` for `baseURL`, `mapping` for `mappings`.
 */

/** How many letters both have in the same order: the length of a longest common subsequence. */
const shared = (one: string, other: string): number => {
  const row = new Array<number>(other.length).fill(0);
  for (const letter of one.split("")) {
    let before = 0;
    for (let at = 0; at < other.length; at++) {
      const above = row[at]!;
      row[at] = letter === other[at] ? before + 1 : Math.max(above, row[at - 1] ?? 0);
      before = above;
    }
  }
  return row.at(-1) ?? 0;
};

/**
 * The known name that has most in common with another one, letter case aside, and the first of several; `undefined` when none has six
 * tenths. In common is 2·LCS / (the sum of both lengths), 1 for equal names. `@evalwire/metrics` follows the same rule.
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
  let found: string | undefined;
  let most = 0;
  for (const each of known) {
    const ratio = (2 * shared(name.toLowerCase(), each.toLowerCase())) / (name.length + each.length);
    if (ratio >= 0.6 && ratio > most) [found, most] = [each, ratio];
  }
  return found;
};

/** `is not known; did you mean …?`, or which names are when none is near. */
export const unknownName = (name: string, known: ReadonlyArray<string>): string => {
  const meant = nearest(name, known);
  return `is not known; ${meant === undefined ? `known are ${known.join(", ")}` : `did you mean ${meant}?`}`;
};

/**
 * Problems with the names of an object of options: the unknown ones, and the object itself when it is none.
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
 * Throws a `TypeError` that names the first unknown option, and the one that was probably meant.
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
