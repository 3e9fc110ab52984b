/**
 * The content of an answer, long or short.
 *
 * A long one is in pieces. A buffer of megabytes is memory that the system gives page by page and takes back afterwards: to make one of 3.6 MB
 * and send it costs several times what all else of such an answer does, while pieces of some hundred kilobytes are used again and again.
 */
import { createHash, hash } from "node:crypto";

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

/** A digest by which the same content is recognised. */
export const digest = (content: Content): string => {
  if (isWhole(content)) return hash("sha1", content, "base64url");
  const made = createHash("sha1");
  for (const piece of content) made.update(piece);
  return made.digest("base64url");
};

/** Whether both are the same, cut in the same way. */
export const isSame = (one: Content, other: Content): boolean => {
  if (typeof one === "string" || typeof other === "string") return one === other;
  if (isWhole(one) || isWhole(other)) return isWhole(one) && isWhole(other) && Buffer.compare(one, other) === 0;
  return one.length === other.length && one.every((piece, index) => Buffer.compare(piece, other[index]!) === 0);
};
