/** What Python's `repr` writes of plain values: pandas and `str()` put lists into CSV cells and JSON that way. */

class Repr {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): unknown {
    const value = this.#value(0);
    this.#space();
    if (this.#at < this.#text.length) throw this.#wrong();
    return value;
  }

  #wrong(): SyntaxError {
    return new SyntaxError(`no Python literal at character ${this.#at + 1}`);
  }

  #space(): void {
    while (/\s/.test(this.#text[this.#at] ?? "")) this.#at++;
  }

  #takes(token: string): boolean {
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  #value(depth: number): unknown {
    if (depth > 200) throw this.#wrong();
    this.#space();
    if (this.#takes("[")) return this.#list("]", depth).items;
    if (this.#takes("(")) return this.#tuple(depth);
    if (this.#takes("{")) return this.#dict(depth);
    const text = this.#string();
    if (text !== undefined) return text;
    return this.#word();
  }

  #tuple(depth: number): unknown {
    const { items, hasComma } = this.#list(")", depth);
    return items.length === 1 && !hasComma ? items[0] : items;
  }

  #list(end: string, depth: number): { items: Array<unknown>; hasComma: boolean } {
    const items: Array<unknown> = [];
    let hasComma = false;
    for (;;) {
      this.#space();
      if (this.#takes(end)) return { items, hasComma };
      if (items.length > 0 && !hasComma) throw this.#wrong();
      items.push(this.#value(depth + 1));
      this.#space();
      hasComma = this.#takes(",");
    }
  }

  #dict(depth: number): unknown {
    const entries: Array<readonly [string, unknown]> = [];
    for (let hasComma = true; ; ) {
      this.#space();
      if (this.#takes("}")) return Object.fromEntries(entries);
      if (!hasComma) throw this.#wrong();
      const key = this.#value(depth + 1);
      this.#space();
      if (!this.#takes(":")) throw this.#wrong();
      entries.push([String(key), this.#value(depth + 1)]);
      this.#space();
      hasComma = this.#takes(",");
    }
  }

  #string(): string | undefined {
    const quote = this.#text[this.#at];
    if (quote !== "'" && quote !== '"') return undefined;
    this.#at++;
    let text = "";
    for (;;) {
      const letter = this.#text[this.#at++];
      if (letter === undefined || letter === "\n") throw this.#wrong();
      if (letter === quote) return text;
      text += letter === "\\" ? this.#escape() : letter;
    }
  }

  #escape(): string {
    const letter = this.#text[this.#at++];
    const plain = letter === undefined ? undefined : escapes[letter];
    if (plain !== undefined) return plain;
    const digits = letter === "x" ? 2 : letter === "u" ? 4 : letter === "U" ? 8 : 0;
    const hex = this.#text.slice(this.#at, this.#at + digits);
    if (digits === 0 || !/^[0-9a-fA-F]+$/.test(hex) || hex.length < digits) throw this.#wrong();
    this.#at += digits;
    const code = Number.parseInt(hex, 16);
    if (code > 0x10ffff) throw this.#wrong();
    return String.fromCodePoint(code);
  }

  #word(): unknown {
    const word = /^[-+\w.]+/.exec(this.#text.slice(this.#at, this.#at + 400))?.[0] ?? "";
    if (!Object.hasOwn(words, word) && !/^-?\d+(?:\.\d*)?(?:e[+-]?\d+)?$/.test(word)) throw this.#wrong();
    this.#at += word.length;
    if (Object.hasOwn(words, word)) return words[word];
    return String(Number(word)) === word ? Number(word) : word;
  }
}

const escapes: Readonly<Record<string, string>> = {
  ...{ n: "\n", r: "\r", t: "\t", "\\": "\\", "'": "'", '"': '"', a: "\u0007", b: "\b", f: "\f", v: "\v" },
};

const words: Readonly<Record<string, unknown>> = {
  ...{ None: null, True: true, False: false, nan: Number.NaN, inf: Number.POSITIVE_INFINITY, "-inf": -Infinity },
};

/**
 * The value of a Python literal: strings, numbers, lists, tuples (as lists), dicts, `None`, `True`, `False`, `nan`. Numbers that a
 * double would change are given as text.
 *
 * @throws SyntaxError for anything else
 * @example
 * ```ts
 * import { parsePythonRepr } from "@evalwire/metrics/read";
 *
 * parsePythonRepr(`["it's", 'six', None]`); // => ["it's", "six", null]
 * ```
 */
export const parsePythonRepr = (text: string): unknown => new Repr(text).whole();

const orNothing = (text: string): unknown => {
  try {
    return parsePythonRepr(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

/** The list a Python literal is; `undefined` for a text that is none. */
export const pythonList = (text: string): ReadonlyArray<unknown> | undefined =>
  /^\s*\[/.test(text) ? (orNothing(text) as ReadonlyArray<unknown> | undefined) : undefined;

/** The texts of a Python tuple; `undefined` for a text that is none: coordinates are written the same way. */
export const pythonTexts = (text: string): ReadonlyArray<string> | undefined => {
  const value = /^\s*\(\s*['"]/.test(text) ? orNothing(text) : undefined;
  return Array.isArray(value) && value.every((one) => typeof one === "string") ? value : undefined;
};

/** The dict a Python literal is, by its first key in single quotes: JSON, which a model may have answered with, has double ones. */
export const pythonDict = (text: string): unknown => (/^\s*\{\s*'/.test(text) ? orNothing(text) : undefined);
