/** Whether two selections say the same, one level deep: for the lists and records that hooks return. */

/** Same length, and the same element at each place. */
export const elements = (a: ReadonlyArray<unknown>, b: ReadonlyArray<unknown>): boolean =>
  a === b || (a.length === b.length && a.every((element, index) => Object.is(element, b[index])));

/** Same keys, and the same value for each. */
export const fields = (a: object, b: object): boolean => {
  const left = Object.entries(a);
  return (
    left.length === Object.keys(b).length &&
    left.every(([key, value]) => Object.hasOwn(b, key) && Object.is(value, b[key as never]))
  );
};

const isPlain = (value: unknown): value is object => value?.constructor === Object;

/** The same value; or lists with the same elements; or plain objects with the same fields. */
export const shallow = (a: unknown, b: unknown): boolean => {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) return elements(a, b);
  return isPlain(a) && isPlain(b) && fields(a, b);
};
