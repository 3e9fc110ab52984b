/**
 * The colours of one terminal. Each code is marked with an unguessable number, so that foreign text brings no colour
 * of its own: only marked codes are sent, and all else is shown.
 */
import pc from "picocolors";
import { printable } from "./printable.ts";

export type Paint = ReturnType<typeof pc.createColors>;

type Formatter = (text: string | number | null | undefined) => string;

// biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with the escape character.
const code = /\u001b\[(\d+)m/g;

/** A number that cannot be guessed, as it can stand in a code. */
const unguessable = (): string => String(crypto.getRandomValues(new BigUint64Array(1))[0]! | (1n << 63n));

export class Colours {
  readonly paint: Paint;
  readonly #marked: RegExp;

  constructor(isWanted: boolean) {
    const mark = unguessable();
    this.#marked = new RegExp(`(\u001b\\[\\d+);${mark}m`);
    const colours = pc.createColors(isWanted);
    if (!isWanted) {
      this.paint = colours;
      return;
    }
    /** The same with marked codes; an inner colour that ends goes back to this one. */
    const marking = (format: Formatter): Formatter => {
      const [open = "", close = ""] = format("|").replaceAll(code, `\u001b[$1;${mark}m`).split("|");
      return (text) => `${open}${String(text).replaceAll(close, close + open)}${close}`;
    };
    const entries = Object.entries(colours).map(([name, value]) => [
      name,
      typeof value === "function" ? marking(value) : value,
    ]);
    this.paint = Object.fromEntries(entries) as Paint;
  }

  /** A text for the terminal: its marked colours, and every other control character shown instead of sent. */
  sent(text: string): string {
    return text
      .split(this.#marked)
      .map((part, index) => (index % 2 === 1 ? `${part}m` : printable(part)))
      .join("");
  }
}
