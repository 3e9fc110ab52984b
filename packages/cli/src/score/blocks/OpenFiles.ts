/** Files that parts are read from: each is opened once, and stays open until the end. */
import { closeSync, openSync } from "node:fs";

export class OpenFiles implements Disposable {
  readonly #files = new Map<string, number>();

  /** The descriptor of a file. */
  readonly open = (file: string): number => {
    const known = this.#files.get(file);
    if (known !== undefined) return known;
    const opened = openSync(file, "r");
    this.#files.set(file, opened);
    return opened;
  };

  [Symbol.dispose](): void {
    for (const file of this.#files.values()) closeSync(file);
  }
}
