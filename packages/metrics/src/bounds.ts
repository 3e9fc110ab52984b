/** Numbers that are given: each has a least and a most, so that no number can make a score meaningless or a run endless. */

/** Longest n-grams; longer ones are of no use, and each length costs another pass over the texts. */
export const longestNgrams = 100;

/** @throws RangeError naming the number when it lies outside, or is not whole where it has to be */
export const checkBounds = (name: string, value: number, least: number, most: number, isWhole = false): void => {
  if (!(value >= least && value <= most) || (isWhole && !Number.isInteger(value)))
    throw new RangeError(`${name} must be a ${isWhole ? "whole " : ""}number from ${least} to ${most}, not ${value}`);
};
