/**
 * An answer that is JSON already: what is stored as text is sent as text, neither parsed nor written again.
 *
 * `Value` is the type a caller sees, for the compiler only.
 */
import type { Bytes, Content } from "./Content.ts";

export class Encoded<out Value> {
  /** A long answer that the database has made stays the bytes it is. */
  readonly content: Content;
  declare readonly Value: Value;

  constructor(content: Content) {
    this.content = content;
  }
}

const comma = Buffer.from(",");

/** Pieces with commas between them, and some text before and behind. */
export const between = <Value>(before: string, pieces: ReadonlyArray<Bytes>, behind: string): Encoded<Value> =>
  new Encoded([
    Buffer.from(before),
    ...pieces.flatMap((piece, index) => (index === 0 ? [piece] : [comma, piece])),
    Buffer.from(behind),
  ]);

/** An answer that is no JSON: the text of a file. */
export class TextFile {
  readonly text: string;
  readonly contentType: string;

  constructor(text: string, contentType: string) {
    this.text = text;
    this.contentType = contentType;
  }
}

/** The object of this JSON with more fields; they stand behind its own. */
export const withFields = (text: string, more: object): string => {
  const fields = JSON.stringify(more);
  if (fields === "{}") return text;
  return text === "{}" ? fields : `${text.slice(0, -1)},${fields.slice(1)}`;
};

/** Texts with commas between. Twice as fast as `join` for a page of a thousand: the engine keeps the pieces, and copies them once. */
export const joined = (texts: ReadonlyArray<string>): string => {
  let all = texts[0] ?? "";
  for (let index = 1; index < texts.length; index++) all += `,${texts[index]}`;
  return all;
};

const before = '{"items":[';

/** An array of these values, each given as JSON, or all of them as pieces of it, among other fields. */
export const page = <Page extends { readonly items: ReadonlyArray<unknown> }>(
  items: { readonly pieces: ReadonlyArray<Bytes> } | ReadonlyArray<string>,
  { items: _, ...others }: Page | (Omit<Page, "items"> & { readonly items?: undefined }),
): Encoded<Page> => {
  const behind = withFields('{"items":[]}', others).slice(before.length);
  return "pieces" in items ? between(before, items.pieces, behind) : new Encoded(before + joined(items) + behind);
};
