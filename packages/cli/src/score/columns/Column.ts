/** Scores of one metric: two bytes each while few of them differ (`Dictionary`), eight from then on. No bit of them is lost. */
import type { Values } from "@evalwire/metrics/stats";
import { Dictionary } from "./Dictionary.ts";
import { Growing } from "./Growing.ts";
import { giveBack } from "./giveBack.ts";

/** Scores that come one by one. */
export class Column {
  #dictionary: Dictionary | undefined = new Dictionary();
  #codes = new Growing((length) => new Uint16Array(length));
  readonly #plain = new Growing((length) => new Float64Array(length));

  push(value: number): void {
    if (this.#dictionary !== undefined) {
      const code = this.#dictionary.codeOf(value);
      if (code !== 0) {
        this.#codes.push(code);
        return;
      }
      this.#decode(this.#dictionary);
    }
    this.#plain.push(value);
  }

  /** Every `step`th of the values, from `first` on. */
  pushEach(values: ArrayLike<number>, first: number, step: number): void {
    for (let at = first; at < values.length; at += step) this.push(values[at]!);
  }

  /** Those so far, in one array that stays as it is. */
  get values(): Float64Array<ArrayBuffer> {
    return this.#dictionary === undefined ? this.#plain.values : this.#dictionary.valuesOf(this.#codes.values);
  }

  /** Those so far, as they are kept: nothing is made for it. Good until the next comes. */
  get kept(): Values {
    if (this.#dictionary === undefined) return this.#plain.values;
    return { codes: this.#codes.values, numbers: this.#dictionary.numbers };
  }

  /** Gives memory of `values` back, where the column can make them again. Nothing may use that array any more. */
  release(values: Float64Array<ArrayBuffer>): void {
    if (this.#dictionary !== undefined) giveBack(values);
  }

  #decode(dictionary: Dictionary): void {
    const codes = this.#codes.values;
    this.#plain.begin(dictionary.valuesOf(codes));
    giveBack(codes);
    this.#dictionary = undefined;
    this.#codes = new Growing((length) => new Uint16Array(length));
  }
}

/** Scores that come in any order, at places from 0 on; NaN where none has come. */
export class PlacedColumn {
  #dictionary: Dictionary | undefined = new Dictionary();
  #codes: Uint16Array<ArrayBuffer>;
  #plain = new Float64Array(0);

  constructor(places: number) {
    this.#codes = new Uint16Array(places);
  }

  set(place: number, value: number): void {
    if (this.#dictionary !== undefined) {
      const code = this.#dictionary.codeOf(value);
      if (code !== 0) {
        this.#codes[place] = code;
        return;
      }
      this.#decode(this.#dictionary);
    }
    this.#plain[place] = value;
  }

  /** All of them. Takes eight bytes for each from then on. */
  get values(): Float64Array<ArrayBuffer> {
    if (this.#dictionary !== undefined) this.#decode(this.#dictionary);
    return this.#plain;
  }

  #decode(dictionary: Dictionary): void {
    this.#plain = dictionary.valuesOf(this.#codes);
    giveBack(this.#codes);
    this.#dictionary = undefined;
  }
}
