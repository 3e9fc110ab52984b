/**
 * An array of zeros with room for `length` numbers: the given one where it suffices, else a new one twice as long.
 * Its user returns a kept array filled with zeros, so nothing is copied.
 */
export const ensureCapacity = (array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> =>
  length <= array.length ? array : new Int32Array(length * 2);
