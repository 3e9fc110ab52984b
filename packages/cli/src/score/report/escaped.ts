/** Text as HTML or SVG shows it: nothing in it can begin a tag, end an attribute, or be forbidden in XML. */

const named: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML 1.0 has no place for.
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** For the content of an element and for a quoted attribute. */
export const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(forbidden, "\ufffd")
    .replace(/[&<>"']/g, (character) => named[character]!);
