/**
 * Where results go: standard output, or a file.
 *
 * 1. A file has its name only when it is whole; until then it is `<file>.part`, newly created: no link that lies there is followed.
 * 2. A file that is replaced keeps its mode.
 * 3. Partial output is removed, unless it is to be kept for a run that resumes from it.
 */
import { once } from "node:events";
import { constants, createWriteStream, type WriteStream } from "node:fs";
import { chmod, open as openFile, realpath, rename, rm, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { finished } from "node:stream/promises";
import type { Terminal } from "../../terminal/Terminal.ts";

export interface Output extends AsyncDisposable {
  /** Text that ends with its line end. Waits while the file cannot keep up; rejects when it cannot be written. */
  write(text: string): Promise<unknown> | undefined;
  /** Nothing more comes: the file gets its name. */
  finish(): Promise<void>;
}

export interface OutputOptions {
  /** Adds to the part that is there. */
  readonly appends?: boolean;
  /** Whether the part is of use when the run is given up: asked only then. */
  readonly isKept?: () => boolean;
}

const toTerminal = (terminal: Terminal): Output => ({
  write: (text) => {
    terminal.data(text.slice(0, -1));
    return undefined;
  },
  finish: async () => {},
  [Symbol.asyncDispose]: async () => {},
});

/** Where the results of a run go that names this file. */
export interface Target {
  /** Behind all links. */
  readonly path: string;
  /** The file written until it is whole; `undefined` for a pipe or a device, which cannot be replaced. */
  readonly part: string | undefined;
  /** The permissions of the file that will be replaced. */
  readonly mode?: number;
}

/** Not known to Windows, whose links need a permission of their own. */
const noFollow = constants.O_NOFOLLOW ?? 0;

/**
 * Opens a file for writing that only this program has made: any file of its name is removed, and a link itself, not the file it
 * points to. With `appends` it is one that was made like this a moment ago.
 */
export const exclusive = async (file: string, mode = 0o666, appends = false): Promise<WriteStream> => {
  if (!appends) await rm(file, { force: true });
  const create = constants.O_CREAT | constants.O_EXCL;
  const handle = await openFile(file, constants.O_WRONLY | noFollow | (appends ? constants.O_APPEND : create), mode);
  return handle.createWriteStream();
};

export const targetOf = async (file: string): Promise<Target> => {
  const direct = { path: file, part: undefined };
  // Names of open files, like /dev/stdout: they are never replaced, of any kind.
  if (/^\/(dev|proc)\//.test(resolve(file))) return direct;
  let mode: number;
  try {
    const found = await stat(file);
    if (!found.isFile()) return direct;
    mode = found.mode & 0o777;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { path: file, part: `${file}.part` };
    throw error;
  }
  const path = await realpath(file);
  return { path, part: `${path}.part`, mode };
};

/** @param file a path; standard output when absent. Fails with the system's error when it cannot be opened. */
export const open = async (
  file: string | undefined,
  terminal: Terminal,
  { appends = false, isKept = () => false }: OutputOptions = {},
): Promise<Output> => {
  if (file === undefined) return toTerminal(terminal);
  const { path, part, mode } = await targetOf(file);
  const stream = part === undefined ? createWriteStream(path) : await exclusive(part, mode, appends);
  if (part === undefined) await once(stream, "open");
  let failure: Error | undefined;
  stream.once("error", (error) => {
    failure = error;
  });
  let isWhole = false;
  const close = async () => {
    stream.end();
    await finished(stream);
  };
  return {
    write: (text) => {
      if (failure !== undefined) return Promise.reject(failure);
      return stream.write(text) ? undefined : once(stream, "drain");
    },
    finish: async () => {
      await close();
      // Made with it, too: what the process masks is given back here.
      if (part !== undefined && mode !== undefined) await chmod(part, mode);
      if (part !== undefined) await rename(part, path);
      isWhole = true;
    },
    [Symbol.asyncDispose]: async () => {
      if (isWhole) return;
      // The run was given up for a reason of its own, or for the failure that `write` reported: closing cannot add to that.
      await close().catch(() => {});
      if (part === undefined) return;
      if (isKept()) terminal.note(`evalwire: kept ${part}; --resume continues from it`);
      else await rm(part, { force: true });
    },
  };
};
