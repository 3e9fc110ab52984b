import { isWhitespace } from "./whitespace.ts";

/** The code points of a text, without white space when requested; a lone surrogate counts as one. */
export const codePoints = (text: string, withWhitespace = true): Int32Array => {
  const points = new Int32Array(text.length);
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (!withWhitespace && isWhitespace(unit)) continue;
    if (unit < 0xd800 || unit > 0xdbff) {
      points[count++] = unit;
      continue;
    }
    const point = text.codePointAt(at)!;
    if (point > 0xffff) at++;
    points[count++] = point;
  }
  return points.subarray(0, count);
};
