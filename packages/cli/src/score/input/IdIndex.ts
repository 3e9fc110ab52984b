/**
 * Ids in the order they came, and the place of each. A million of them take a few dozen megabytes: their bytes lie in one buffer, and a table
 * of numbers finds them, where a `Map` of strings takes ten times as much.
 */
export class IdIndex {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(1 << 12);
  #used = 0;
  /** Where each id begins; one more than there are. */
  #starts = new Uint32Array(1 << 8);
  #hashes = new Uint32Array(1 << 8);
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
    const hash = this.#hash(length);
    const slot = this.#slot(hash, length);
    if (this.#table[slot] !== 0) return false;
    this.#store(hash, length);
    this.#table[slot] = this.#count;
    if (2 * this.#count > this.#table.length) this.#grow();
    return true;
  }

  /** The place of an id, from 0; -1 where it is not there. */
  find(id: string): number {
    const length = this.#encode(id);
    return this.#table[this.#slot(this.#hash(length), length)]! - 1;
  }

  /** The id at a place. */
  at(place: number): string {
    return decoder.decode(this.#bytes.subarray(this.#starts[place]!, this.#starts[place + 1]!));
  }

  /** The id's bytes, in the scratch buffer; gives how many. */
  #encode(id: string): number {
    // Half a letter has no bytes of its own: such an id is known by its JSON.
    const text = id.isWellFormed() ? id : JSON.stringify(id);
    if (this.#scratch.length < 3 * text.length) this.#scratch = new Uint8Array(6 * text.length);
    return encoder.encodeInto(text, this.#scratch).written;
  }

  /** FNV-1a. */
  #hash(length: number): number {
    let hash = 0x811c9dc5;
    for (let at = 0; at < length; at++) hash = Math.imul(hash ^ this.#scratch[at]!, 0x01000193);
    return (hash ^ (hash >>> 15)) >>> 0;
  }

  #slot(hash: number, length: number): number {
    const mask = this.#table.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const place = this.#table[slot]! - 1;
      if (place < 0 || (this.#hashes[place] === hash && this.#isScratch(place, length))) return slot;
    }
  }

  #isScratch(place: number, length: number): boolean {
    const start = this.#starts[place]!;
    if (this.#starts[place + 1]! - start !== length) return false;
    for (let at = 0; at < length; at++) if (this.#bytes[start + at] !== this.#scratch[at]) return false;
    return true;
  }

  #store(hash: number, length: number): void {
    if (this.#used + length > this.#bytes.length) {
      const wider = new Uint8Array(Math.max(this.#bytes.length + (this.#bytes.length >>> 1), this.#used + length));
      wider.set(this.#bytes);
      this.#bytes = wider;
    }
    if (this.#count + 2 > this.#starts.length) {
      this.#starts = widened(this.#starts);
      this.#hashes = widened(this.#hashes);
    }
    this.#bytes.set(this.#scratch.subarray(0, length), this.#used);
    this.#used += length;
    this.#hashes[this.#count] = hash;
    this.#starts[++this.#count] = this.#used;
  }

  #grow(): void {
    this.#table = new Uint32Array(2 * this.#table.length);
    const mask = this.#table.length - 1;
    for (let place = 0; place < this.#count; place++) {
      let slot = this.#hashes[place]! & mask;
      while (this.#table[slot] !== 0) slot = (slot + 1) & mask;
      this.#table[slot] = place + 1;
    }
  }
}

const [encoder, decoder] = [new TextEncoder(), new TextDecoder("utf-8", { ignoreBOM: true })];

const widened = (numbers: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> => {
  const wider = new Uint32Array(numbers.length + (numbers.length >>> 1));
  wider.set(numbers);
  return wider;
};
