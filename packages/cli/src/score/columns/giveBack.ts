/**
 * Gives an array's memory back at once. What the garbage collector finds later has by then been added to the peak: it does not see how large
 * arrays are beside its own heap. Nothing may use the array any more.
 */
export const giveBack = (array: { readonly buffer: ArrayBuffer }): void => {
  const { buffer }: { readonly buffer: ArrayBuffer & { readonly transfer?: ArrayBuffer["transfer"] } } = array;
  // Node 20 cannot, and leaves it to the collector.
  buffer.transfer?.(0);
};
