/** Parsers of command line values: each parser gives the value, or an error that says what was expected. */
import { InvalidArgumentError } from "commander";

const whole = (text: string, least: number, most: number, what: string): number => {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) {
    throw new InvalidArgumentError(`Expected ${what}, a whole number from ${least} to ${most}.`);
  }
  return value;
};

/** A TCP port; 0 lets the system choose a free one. */
export const port = (text: string): number => whole(text, 0, 65_535, "a port");

/** A length of time in whole seconds, at most 30 days. */
export const seconds = (text: string): number => whole(text, 1, 2_592_000, "seconds");

/** Threads that work beside this one. */
export const workers = (text: string): number => whole(text, 0, 256, "a number of workers");

/** How often to draw when a figure's certainty is estimated. */
export const samples = (text: string): number => whole(text, 1, 1_000_000, "a number of samples");

/** A seed of the numbers drawn in `@evalwire/metrics/stats`: 32 bits. */
export const seed32 = (text: string): number => whole(text, 0, 4_294_967_295, "a seed");

const mostSpeed = 20;

/** How many times as fast as usual. */
export const speed = (text: string): number => {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= 1 && value <= mostSpeed)) throw new InvalidArgumentError(`Expected a number from 1 to ${mostSpeed}.`);
  return value;
};

/** Any text that distinguishes one run from another. */
export const seed = (text: string): string => {
  if (text === "") throw new InvalidArgumentError("Expected a word or a number.");
  return text;
};

/** The user a key without `=user` stands for. */
export const defaultUser = "user-1";

/**
 * Adds `key=user` to the keys given before. The last `=` counts, since keys may contain some and user ids do not; a key
 * without a user stands for `user-1`.
 */
export const apiKey = (text: string, previous: Readonly<Record<string, string>> = {}): Record<string, string> => {
  const cut = text.lastIndexOf("=");
  const hasUser = cut > 0 && cut < text.length - 1;
  const key = hasUser ? text.slice(0, cut) : text;
  const user = hasUser ? text.slice(cut + 1) : defaultUser;
  // A header value: visible ASCII, no white space.
  if (!/^[\x21-\x7e]+$/.test(key) || key.startsWith("=")) {
    throw new InvalidArgumentError("Expected key=user; a key is made of visible ASCII characters without spaces.");
  }
  if (Object.hasOwn(previous, key) && previous[key] !== user) {
    throw new InvalidArgumentError(`The same key was given for "${previous[key]}" and for "${user}".`);
  }
  return { ...previous, [key]: user };
};

/** Keys as they stand in an environment variable: `key=user` pairs with commas between them. */
export const apiKeys = (text: string): Record<string, string> =>
  text
    .split(",")
    .map((pair) => pair.trim())
    .filter((pair) => pair !== "")
    .reduce<Record<string, string>>((keys, pair) => apiKey(pair, keys), {});
