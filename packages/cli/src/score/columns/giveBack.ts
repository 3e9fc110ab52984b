/**
 * Gives an array's memory back at once. The garbage collector does so later, when the next arrays have been added to the peak.
 * Nothing may use the array any more.
 */
export const giveBack = (array: { readonly buffer: ArrayBuffer }): void => {
  const { buffer }: { readonly buffer: ArrayBuffer & { readonly transfer?: ArrayBuffer["transfer"] } } = array;
  // Node 20 cannot, and leaves it to the collector.
  buffer.transfer?.(0);
};
