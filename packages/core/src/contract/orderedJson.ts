/**
 * JSON whose objects keep the order of their keys, and whose numbers are what the reader makes of their spelling.
 *
 * 1. An object of JavaScript puts keys that spell whole numbers first (`{"b":1,"2":2}` is read as `{"2":2,"b":1}`). Where that would
 *    change the order of the text, the object is wrapped in a `Proxy` that lists its keys as they came; in all else it is the same.
 * 2. A key that occurs twice has its last value at its first place, as in `JSON.parse` and in Python.
 * 3. A key `__proto__` does not survive.
 */

/** How a client reads the JSON of answers and writes that of requests. */
export interface JsonFormat {
  /** Throws a SyntaxError for what is no JSON. A key `__proto__` must not survive. */
  readonly parse: (text: string) => unknown;
  readonly stringify: (value: unknown) => string | undefined;
}

type Fields = Record<string, unknown>;

/** Representation of numbers. */
export interface Numbers {
  readonly read: (source: string) => unknown;
  /** Called with each object or array that holds numbers which `JSON.stringify` would spell otherwise, and their spellings. */
  readonly respelled?: (holder: object, sources: ReadonlyMap<string, string>) => void;
}

/** Where a key may stand that JavaScript moves to the front; in most texts there is none. */
const movable = /"(?:0|[1-9]\d{0,9})"\s*:/;

/** Whether reading this text with `JSON.parse` may change the order of keys. */
export const mayReorder = (text: string): boolean => movable.test(text);

const listsIn = (keys: ReadonlyArray<string>): ProxyHandler<Fields> => ({
  ownKeys: (target) => {
    const known = new Set<string | symbol>(keys);
    return [
      ...keys.filter((key) => Object.hasOwn(target, key)),
      ...Reflect.ownKeys(target).filter((key) => !known.has(key)),
    ];
  },
});

/** An object of these fields, which lists its keys in their order. */
export const orderedObject = (entries: Iterable<readonly [name: string, value: unknown]>): Fields => {
  const keys = new Set<string>();
  const fields: Fields = {};
  for (const [name, value] of entries) {
    if (name === "__proto__") continue;
    keys.add(name);
    fields[name] = value;
  }
  const order = [...keys];
  const isMoved = Object.keys(fields).some((key, index) => key !== order[index]);
  return isMoved ? new Proxy(fields, listsIn(order)) : fields;
};

const space = /[\t\n\r ]*/y;
const number = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** Reads a text that `JSON.parse` has accepted. */
class Reader {
  readonly #text: string;
  readonly #numbers: Numbers;
  #at = 0;

  constructor(text: string, numbers: Numbers) {
    this.#text = text;
    this.#numbers = numbers;
  }

  read(): unknown {
    this.#skipSpace();
    return this.#value();
  }

  #value(): unknown {
    switch (this.#text[this.#at]) {
      case "{":
        return this.#object();
      case "[":
        return this.#array();
      case '"':
        return this.#string();
      case "t":
        return this.#word(4, true);
      case "f":
        return this.#word(5, false);
      case "n":
        return this.#word(4, null);
      default:
        return this.#numbers.read(this.#number());
    }
  }

  #object(): unknown {
    const entries: Array<readonly [string, unknown]> = [];
    const sources = new Map<string, string>();
    this.#each("}", () => {
      const key = this.#string();
      this.#next();
      entries.push([key, this.#noting(sources, key)]);
    });
    return this.#withSources(orderedObject(entries), sources);
  }

  #array(): unknown {
    const items: Array<unknown> = [];
    const sources = new Map<string, string>();
    this.#each("]", () => items.push(this.#noting(sources, String(items.length))));
    return this.#withSources(items, sources);
  }

  /** Every member up to the bracket that closes. */
  #each(close: string, member: () => void): void {
    this.#next();
    while (this.#text[this.#at] !== close) {
      member();
      this.#skipSpace();
      if (this.#text[this.#at] === ",") this.#next();
    }
    this.#at++;
  }

  /** A value; the spelling of a number that would be written otherwise goes to `sources`. */
  #noting(sources: Map<string, string>, key: string): unknown {
    const start = this.#at;
    const value = this.#value();
    if (typeof value !== "number") return value;
    const source = this.#text.slice(start, this.#at);
    if (JSON.stringify(value) === source) sources.delete(key);
    else sources.set(key, source);
    return value;
  }

  #withSources<Holder extends object>(holder: Holder, sources: ReadonlyMap<string, string>): Holder {
    if (sources.size > 0) this.#numbers.respelled?.(holder, sources);
    return holder;
  }

  #string(): string {
    const start = this.#at;
    let end = this.#text.indexOf('"', start + 1);
    while (this.#isEscaped(end)) end = this.#text.indexOf('"', end + 1);
    this.#at = end + 1;
    this.#skipSpace();
    return JSON.parse(this.#text.slice(start, end + 1)) as string;
  }

  /** Whether an odd number of backslashes stands before this place. */
  #isEscaped(end: number): boolean {
    let first = end;
    while (this.#text[first - 1] === "\\") first--;
    return (end - first) % 2 === 1;
  }

  #number(): string {
    number.lastIndex = this.#at;
    const [source] = number.exec(this.#text)!;
    this.#at += source.length;
    return source;
  }

  #word<Value>(length: number, value: Value): Value {
    this.#at += length;
    return value;
  }

  /** Past one character and the space behind it. */
  #next(): void {
    this.#at++;
    this.#skipSpace();
  }

  #skipSpace(): void {
    space.lastIndex = this.#at;
    this.#at += space.exec(this.#text)![0].length;
  }
}

/**
 * @param text JSON
 * @throws SyntaxError as `JSON.parse` does; RangeError where it is nested too deeply for the stack
 */
export const parseOrdered = (text: string, numbers: Numbers): unknown => {
  JSON.parse(text);
  return new Reader(text, numbers).read();
};
