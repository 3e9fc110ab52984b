/**
 * Lists in which few numbers differ, as they are kept: codes of two bytes, and the number of each code. All figures are, to the last bit,
 * those of the numbers themselves.
 */
import { sum, sumOf } from "./sums.ts";

/** A list of numbers by their codes. */
export interface Coded {
  /** Code of each number, in order. */
  readonly codes: Uint16Array;
  /** Number by code; -0 has another code than 0. */
  readonly numbers: Float64Array;
}

/** A list of numbers, as it is or by codes. */
export type Values = ArrayLike<number> | Coded;

export const isCoded = (values: Values): values is Coded => "codes" in values;

export const countOf = (values: Values): number => (isCoded(values) ? values.codes.length : values.length);

/** The numbers, one by one: a new list where they are kept by codes. */
export const decoded = (values: Values): ArrayLike<number> => {
  if (!isCoded(values)) return values;
  const { codes, numbers } = values;
  const list = new Float64Array(codes.length);
  for (let at = 0; at < codes.length; at++) list[at] = numbers[codes[at]!]!;
  return list;
};

export const meanOf = (values: Values): number => {
  const count = countOf(values);
  if (count === 0) return Number.NaN;
  if (!isCoded(values)) return sum(values) / count;
  const { codes, numbers } = values;
  return sumOf(count, (at) => numbers[codes[at]!]!) / count;
};

/** The sum of some of the numbers, in their order. */
export const sumAt = (values: Values, places: Uint32Array, from: number, to: number): number => {
  let sum = 0;
  if (isCoded(values)) {
    const { codes, numbers } = values;
    for (let at = from; at < to; at++) sum += numbers[codes[places[at]!]!]!;
  } else for (let at = from; at < to; at++) sum += values[places[at]!]!;
  return sum;
};

/** How often each code occurs. */
const occurrencesOf = ({ codes, numbers }: Coded): Uint32Array => {
  const counts = new Uint32Array(numbers.length);
  for (let at = 0; at < codes.length; at++) counts[codes[at]!]!++;
  return counts;
};

/** Whether counting the codes is less work than looking at each number. */
export const isWorthCounting = ({ codes, numbers }: Coded): boolean => codes.length >= 8 * numbers.length;

/**
 * The values that would stand at these places if all were sorted, as `atRanks` gives them; `undefined` for a list with NaN.
 *
 * @param ranks places from 0, each below the number of values
 */
export const codedAtRanks = (list: Coded, ranks: ReadonlyArray<number>): ReadonlyMap<number, number> | undefined => {
  const { numbers } = list;
  const counts = occurrencesOf(list);
  const present = Uint16Array.from(numbers.keys()).filter((code) => counts[code]! > 0);
  if (present.some((code) => Number.isNaN(numbers[code]!))) return undefined;
  const order = (one: number, other: number) => {
    const [left, right] = [numbers[one]!, numbers[other]!];
    if (left !== right) return left < right ? -1 : 1;
    return Number(Object.is(right, -0)) - Number(Object.is(left, -0));
  };
  present.sort(order);
  const found = new Map<number, number>();
  let [next, through] = [0, 0];
  for (const rank of ranks.toSorted((one, other) => one - other)) {
    while (through <= rank) through += counts[present[next++]!]!;
    found.set(rank, numbers[present[next - 1]!]!);
  }
  return found;
};
