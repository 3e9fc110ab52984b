/** The files of a call: patterns that no shell has expanded, and files that must not be written over. */
import { existsSync, globSync, realpathSync } from "node:fs";
import { resolve } from "node:path";
import { CommandFailure } from "../../CommandFailure.ts";

const isPattern = (file: string): boolean => /[*?[\]{}]/.test(file);

/** @throws CommandFailure for a pattern that no file matches */
export const expanded = (files: ReadonlyArray<string>): ReadonlyArray<string> =>
  files.flatMap((file) => {
    if (file === "-" || !isPattern(file) || existsSync(file)) return [file];
    const found = globSync(file).sort();
    if (found.length === 0) throw new CommandFailure(`no file matches ${file}`, 2);
    return found;
  });

/** One name for a file, independent of the links to it. */
const placeOf = (file: string): string => (existsSync(file) ? realpathSync(file) : resolve(file));

/** The names a file is written under until it is whole; see `Output` and `ResumeState`. */
const namesOf = (file: string): ReadonlyArray<string> => {
  const place = placeOf(file);
  return [place, `${place}.part`, `${place}.part.kept`];
};

/** An input must not be overwritten: when that is noticed it would be gone. */
export const refuseOverwriting = (
  written: ReadonlyArray<string | undefined>,
  read: ReadonlyArray<string | undefined>,
): void => {
  const taken = new Set(read.flatMap((file) => (file === undefined || file === "-" ? [] : [placeOf(file)])));
  for (const file of written) {
    if (file === undefined) continue;
    const names = namesOf(file);
    const clash = names.find((name) => taken.has(placeOf(name)));
    if (clash !== undefined) {
      const what = clash === names[0] ? file : `${clash}, which ${file} is until it is whole,`;
      throw new CommandFailure(`${what} is read or written already; give another file`, 2);
    }
    for (const name of names) taken.add(name);
  }
};
