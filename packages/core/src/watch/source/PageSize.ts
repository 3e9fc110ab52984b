/**
 * How many items to request per page: as many as wanted, fewer where a page of so many does not come in time.
 *
 * 1. A page that times out is requested again at half its size or less, from where it began; a size divides the one before it. Of a list of which
 *    so many items are known it is requested at less than that number: a page of more would be the same page.
 * 2. A page that comes quickly, and is not many bytes, is followed by one of twice its size, as far as that is allowed.
 * 3. After scans without a timeout the size before is tried again; each time it fails it takes twice as many scans.
 */

/** After so many scans at most a larger page is tried again. */
const mostScans = 64;

/** A page that takes longer, or is more bytes, is not doubled. */
const quickMillis = 1_000;
const lightBytes = 8 * 2 ** 20;

/** A list that is said to be shorter is not believed to be: it may grow while it is read. */
const fewest = 10;

export class PageSize {
  readonly #most: number;
  /** The sizes that were left because they took too long, the wanted one first. */
  readonly #larger: Array<number> = [];
  #current: number;
  #scans = 0;
  #scansToGrow = 1;
  #hasGrown = false;

  /** @param most as large as pages may grow; default: they do not */
  constructor(wanted: number, most = wanted) {
    this.#most = most;
    this.#current = wanted;
  }

  static of(size: number | PageSize): PageSize {
    return size instanceof PageSize ? size : new PageSize(size);
  }

  get current(): number {
    return this.#current;
  }

  /** A page timed out. Returns whether a smaller one can be requested. @param total items of the list, where that is known */
  shrink(total = Number.POSITIVE_INFINITY): boolean {
    this.#scans = 0;
    if (this.#hasGrown) this.#scansToGrow = Math.min(mostScans, this.#scansToGrow * 2);
    this.#hasGrown = false;
    let smaller = Math.floor(Math.min(this.#current / 2, Math.max(fewest, total - 1)));
    while (smaller > 1 && this.#current % smaller !== 0) smaller--;
    if (smaller < 1) return false;
    this.#larger.push(this.#current);
    this.#current = smaller;
    return true;
  }

  /** A page came, and another one follows. */
  came(millis: number, bytes: number): void {
    const isLight = millis <= quickMillis && bytes <= lightBytes;
    if (isLight && this.#larger.length === 0 && this.#current * 2 <= this.#most) this.#current *= 2;
  }

  /** A scan came to its end. */
  scanned(): void {
    this.#hasGrown = false;
    if (this.#larger.length === 0 || ++this.#scans < this.#scansToGrow) return;
    this.#scans = 0;
    this.#hasGrown = true;
    this.#current = this.#larger.pop()!;
  }
}
