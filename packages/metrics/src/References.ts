/** What a candidate is compared with: one text or several. */

/** One reference text, or several of which a metric takes the best or pools the n-grams, as its reference implementation does. */
export type References = string | ReadonlyArray<string>;

/**
 * The references as a list.
 *
 * @throws RangeError when the list is empty: there is nothing to compare with.
 */
export const listOf = (references: References): ReadonlyArray<string> => {
  if (typeof references === "string") return [references];
  if (references.length === 0)
    throw new RangeError("No reference to compare with: give a text, or a list of at least one.");
  return references;
};
