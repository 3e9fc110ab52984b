/**
 * The content of an answer, long or short.
 *
 * A long one is in pieces. A buffer of megabytes is memory that the system gives page by page and takes back afterwards: to make one of 3.6 MB
 * and send it costs several times what all else of such an answer does, while pieces of some hundred kilobytes are used again and again.
 */

export type Bytes = Uint8Array<ArrayBuffer>;

/** A text, its bytes in UTF-8, or such bytes in pieces. */
export type Content = string | Bytes | ReadonlyArray<Bytes>;

const isWhole = (content: Content): content is string | Bytes =>
  typeof content === "string" || content instanceof Uint8Array;

/** In characters of a text, or in bytes. */
export const lengthOf = (content: Content): number =>
  isWhole(content) ? content.length : content.reduce((sum, { length }) => sum + length, 0);

/** All of it in one piece. */
export const whole = (content: Content): string | Bytes => (isWhole(content) ? content : Buffer.concat(content));

/** The content from its beginning to its end. */
export const pieces = (content: Content): ReadonlyArray<string | Bytes> => (isWhole(content) ? [content] : content);
