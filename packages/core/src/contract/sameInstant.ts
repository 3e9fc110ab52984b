/** Whether and how instants that are kept as text differ. */
import { epochMillis } from "./epochMillis.ts";

const isDigit = (text: string, at: number): boolean => text.charCodeAt(at) >= 0x30 && text.charCodeAt(at) <= 0x39;

/** The digits of the second behind the point, without zeros at the end. */
const fractionOf = (text: string): string => {
  if (text[19] !== ".") return "";
  let end = 20;
  while (isDigit(text, end)) end++;
  while (text[end - 1] === "0") end--;
  return text.slice(20, end);
};

/**
 * Whether two texts name one instant, to the last digit: `Z` and `+00:00`, with zeros behind the point or without. Texts that name none are
 * the same when they are equal.
 */
export const isSameInstant = (a: string | null, b: string | null): boolean =>
  a === b || (a !== null && b !== null && epochMillis(a) === epochMillis(b) && fractionOf(a) === fractionOf(b));

/** Whether the first text names a later instant than the second. `null` comes before everything, then texts that name no instant. */
export const isLaterInstant = (a: string | null, b: string | null): boolean => {
  if (a === null || b === null || a === b) return a !== null && b === null;
  const [one, other] = [epochMillis(a), epochMillis(b)];
  if (Number.isNaN(one) || Number.isNaN(other)) return Number.isNaN(other) && (!Number.isNaN(one) || a > b);
  return one === other ? fractionOf(a) > fractionOf(b) : one > other;
};
