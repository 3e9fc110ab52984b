/** Where results go: standard output, or a file that is complete once it is disposed of. */
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import type { Terminal } from "../Terminal.ts";

export interface Output extends AsyncDisposable {
  /** Text that ends with its line end. Waits while the file cannot keep up; rejects when it cannot be written. */
  write(text: string): Promise<unknown> | undefined;
}

/** @param file a path; standard output when absent. Fails with the system's error when it cannot be opened. */
export const open = async (file: string | undefined, terminal: Terminal): Promise<Output> => {
  if (file === undefined) {
    return {
      write: (text) => {
        terminal.line(text.slice(0, -1));
        return undefined;
      },
      [Symbol.asyncDispose]: async () => {},
    };
  }
  const stream = createWriteStream(file);
  await once(stream, "open");
  let failure: Error | undefined;
  stream.once("error", (error) => {
    failure = error;
  });
  return {
    write: (text) => {
      if (failure !== undefined) return Promise.reject(failure);
      return stream.write(text) ? undefined : once(stream, "drain");
    },
    [Symbol.asyncDispose]: () => {
      stream.end();
      return finished(stream);
    },
  };
};
