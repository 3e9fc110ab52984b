/**
 * An array of zeros with room for `length` numbers: the given one where it suffices, else a new one of the next power of two.
 * What is kept between calls is given back as zeros by its user, so nothing is copied.
 */
export const ensureCapacity = (array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> =>
  length <= array.length ? array : new Int32Array(2 ** Math.ceil(Math.log2(length)));
