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

/** A number as the report and the tables show it. */
export const figure = (value: number): string => (Number.isFinite(value) ? value.toFixed(4) : "–");

/** The least p value that so many samples can give. */
export const leastP = (samples: number): number => 1 / (samples + 1);

/** A bound above `1 / (samples + 1)` in as few digits as it takes: 0.001 for 1000. */
const boundOf = (samples: number): string => {
  const digits = Math.ceil(Math.log10(samples)) + 1;
  const unit = 10 ** digits;
  return String(Math.ceil(unit / samples - 1e-9) / unit);
};

/** A p value: never 0, since no number of samples shows that. */
export const pFigure = (value: number, samples: number): string => {
  if (value <= leastP(samples)) return `<${boundOf(samples)}`;
  return value < 0.00005 ? value.toExponential(0) : value.toFixed(4);
};
