/** Files that parts are read from: each is opened once, and stays open until the end; and the memory that their parts are read into. */
import { closeSync, openSync } from "node:fs";
import { LineReader } from "./Lines.ts";

export class OpenFiles implements Disposable {
  readonly reader = new LineReader();
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
