import { giveBack } from "../columns/giveBack.ts";

/**
 * Ids in the order they came, and the place of each. A million of them take a few dozen megabytes: their bytes lie in one buffer, and a table
 * of numbers finds them, where a `Map` of strings takes ten times as much.
 */
export class IdIndex {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(1 << 12);
  #used = 0;
  /** Where each id begins; one more than there are. */
  #starts = new Uint32Array(1 << 8);
  /** Place + 1 by hash, 0 where there is none. A power of two, at most half full. */
  #table = new Uint32Array(1 << 9);
  #count = 0;
  #scratch = new Uint8Array(1 << 8);

  get size(): number {
    return this.#count;
  }

  /** Adds an id at the end. `false` where it is there already. */
  add(id: string): boolean {
    const length = this.#encode(id);
    const hash = hashOf(this.#scratch, 0, length);
    const slot = this.#slot(hash, length);
    if (this.#table[slot] !== 0) return false;
    this.#store(length);
    this.#table[slot] = this.#count;
    if (2 * this.#count > this.#table.length) this.#grow();
    return true;
  }

  /** The place of an id, from 0; -1 where it is not there. */
  find(id: string): number {
    const length = this.#encode(id);
    return this.#table[this.#slot(hashOf(this.#scratch, 0, length), length)]! - 1;
  }

  /** The id at a place. */
  at(place: number): string {
    return decoder.decode(this.#bytes.subarray(this.#starts[place]!, this.#starts[place + 1]!));
  }

  /** Forgets all ids, and gives their memory back. */
  clear(): void {
    for (const array of [this.#bytes, this.#starts, this.#table]) giveBack(array);
    this.#bytes = new Uint8Array(1 << 12);
    this.#starts = new Uint32Array(1 << 8);
    this.#table = new Uint32Array(1 << 9);
    this.#used = 0;
    this.#count = 0;
  }

  /** The id's bytes, in the scratch buffer; gives how many. */
  #encode(id: string): number {
    // Half a letter has no bytes of its own: such an id is known by its JSON.
    const text = id.isWellFormed() ? id : JSON.stringify(id);
    if (this.#scratch.length < 3 * text.length) this.#scratch = new Uint8Array(6 * text.length);
    return encoder.encodeInto(text, this.#scratch).written;
  }

  #slot(hash: number, length: number): number {
    const mask = this.#table.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const place = this.#table[slot]! - 1;
      if (place < 0 || this.#isScratch(place, length)) return slot;
    }
  }

  #isScratch(place: number, length: number): boolean {
    const start = this.#starts[place]!;
    if (this.#starts[place + 1]! - start !== length) return false;
    // Ids of one length differ in their last bytes, if anywhere.
    for (let at = length - 1; at >= 0; at--) if (this.#bytes[start + at] !== this.#scratch[at]) return false;
    return true;
  }

  #store(length: number): void {
    if (this.#used + length > this.#bytes.length) {
      const wider = new Uint8Array(Math.max(this.#bytes.length + (this.#bytes.length >>> 1), this.#used + length));
      wider.set(this.#bytes);
      giveBack(this.#bytes);
      this.#bytes = wider;
    }
    if (this.#count + 2 > this.#starts.length) {
      const wider = new Uint32Array(this.#starts.length + (this.#starts.length >>> 1));
      wider.set(this.#starts);
      giveBack(this.#starts);
      this.#starts = wider;
    }
    this.#bytes.set(this.#scratch.subarray(0, length), this.#used);
    this.#used += length;
    this.#starts[++this.#count] = this.#used;
  }

  #grow(): void {
    const { length } = this.#table;
    giveBack(this.#table);
    this.#table = new Uint32Array(2 * length);
    const mask = this.#table.length - 1;
    for (let place = 0; place < this.#count; place++) {
      let slot = hashOf(this.#bytes, this.#starts[place]!, this.#starts[place + 1]!) & mask;
      while (this.#table[slot] !== 0) slot = (slot + 1) & mask;
      this.#table[slot] = place + 1;
    }
  }
}

const [encoder, decoder] = [new TextEncoder(), new TextDecoder("utf-8", { ignoreBOM: true })];

/** FNV-1a. */
const hashOf = (bytes: Uint8Array, from: number, to: number): number => {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
};
