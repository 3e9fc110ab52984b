import { optionIssues } from "@evalwire/core/contract";

/**
 * Throws a sentence that names a misspelt option of a hook, and the one that was probably meant.
 *
 * @param known - each option's name; an object, so that the compiler sees that none is missing
 */
export const checkOptions = (hook: string, options: object, known: object): void => {
  const [issue] = optionIssues(options, Object.keys(known));
  if (issue !== undefined) throw new TypeError(`${hook}: ${issue.path} ${issue.message}`);
};
