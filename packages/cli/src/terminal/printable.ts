// Control characters (C0, DEL, C1), line and paragraph separators, and what turns the direction of the text around it.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f" };

const escaped = (character: string): string =>
  short[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/**
 * The text with its control characters shown instead of sent: foreign text can neither move the cursor, nor colour,
 * nor begin a line of its own. The escapes are those of JSON, so that a line of JSON stays one.
 */
export const printable = (text: string): string => text.replaceAll(unprintable, escaped);
