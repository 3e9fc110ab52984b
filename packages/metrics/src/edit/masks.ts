/** Where each code point stands in a pattern, as bits: what bit-parallel comparison of texts looks up. */

/** For each code point of the pattern, words of 32 bits; bit i of word w is set when it stands at 32 w + i. */
export const masksOf = (pattern: Int32Array): Map<number, Int32Array> => {
  const words = (pattern.length + 31) >>> 5;
  const masks = new Map<number, Int32Array>();
  pattern.forEach((point, at) => {
    let mask = masks.get(point);
    if (mask === undefined) {
      mask = new Int32Array(words);
      masks.set(point, mask);
    }
    mask[at >>> 5]! |= 1 << (at & 31);
  });
  return masks;
};

/** Both texts without their common start and end, the shorter one first. */
export const trimmed = (left: Int32Array, right: Int32Array): readonly [pattern: Int32Array, text: Int32Array] => {
  const most = Math.min(left.length, right.length);
  let start = 0;
  while (start < most && left[start] === right[start]) start++;
  let end = 0;
  while (end < most - start && left[left.length - 1 - end] === right[right.length - 1 - end]) end++;
  const one = left.subarray(start, left.length - end);
  const other = right.subarray(start, right.length - end);
  return one.length <= other.length ? [one, other] : [other, one];
};
