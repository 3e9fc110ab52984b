/**
 * A map by id that never stops for long: a `Map` that outgrows its table moves all of it at once, which for 50,000 entries takes as long as
 * ten thousand look-ups. Here the entries are spread over many maps, each of which moves little.
 */

const shards = 64;

/** All characters count: which of them differ from id to id cannot be known. */
const shardOf = (id: string): number => {
  let hash = 0;
  for (let index = 0; index < id.length; index++) hash = Math.imul(hash, 31) + id.charCodeAt(index);
  return (hash >>> 0) % shards;
};

export class ShardedMap<A> {
  readonly #maps: ReadonlyArray<Map<string, A>> = Array.from({ length: shards }, () => new Map());
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(id: string): A | undefined {
    return this.#maps[shardOf(id)]!.get(id);
  }

  set(id: string, value: A): void {
    const map = this.#maps[shardOf(id)]!;
    const before = map.size;
    map.set(id, value);
    this.#size += map.size - before;
  }

  *keys(): Generator<string, void, void> {
    for (const map of this.#maps) yield* map.keys();
  }

  *[Symbol.iterator](): Generator<[id: string, value: A], void, void> {
    for (const map of this.#maps) yield* map;
  }
}
