/** The value of a key; made where there is none yet. */
export const once = <K, V>(
  all: { readonly get: (key: K) => V | undefined; readonly set: (key: K, value: V) => unknown },
  key: K,
  make: () => V,
): V => {
  const found = all.get(key) ?? make();
  all.set(key, found);
  return found;
};
