/** The same text with memory of its own: a piece of a text that is kept would keep the whole text. */
export const detachString = (piece: string): string => [...piece].join("");
