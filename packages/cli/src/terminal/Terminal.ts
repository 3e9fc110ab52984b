/**
 * Where a command writes: lines on standard output, notes on standard error, and at most one progress line that is
 * redrawn in place.
 *
 * 1. `line` writes a whole line to standard output, and nothing else ever goes there.
 * 2. The progress line exists only on a terminal: on standard output, or on standard error while standard
 *    output goes into a file or a pipe. Elsewhere `progress` does nothing.
 * 3. A line stays one line, and control characters in it are shown, not sent: they come from foreign texts. Data written
 *    to a pipe or a file by `data` is not changed.
 * 4. Colours are left out when `NO_COLOR` is set, the terminal is `dumb`, or the output is no terminal.
 */
import { Colours, type Paint } from "./Colours.ts";
import { printable } from "./printable.ts";

export type { Paint } from "./Colours.ts";

export interface Terminal {
  /** Characters in a line; 100 where there is no terminal to ask. */
  readonly columns: number;
  /** Whether standard output is a terminal that a person may be looking at. */
  readonly isInteractive: boolean;
  /** Whether there is a progress line: worth working out what it says. */
  readonly isWatched: boolean;
  readonly paint: Paint;
  /** One line on standard output. */
  line(text?: string): void;
  /** Lines of a format that other programs read, on standard output: byte for byte, unless they go to a terminal. */
  data(text: string): void;
  /** One line on standard error. */
  note(text: string): void;
  /** Redraws the line below all others; `undefined` takes it away. */
  progress(text: string | undefined): void;
}

/** The part of a writable stream that a terminal needs. */
export interface Sink {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface TerminalOptions {
  readonly out: Sink;
  readonly err: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const eraseLine = "\r\u001b[2K";
const hideCursor = "\u001b[?25l";
const showCursor = "\u001b[?25h";

/** Whether colours are wanted: `NO_COLOR` forbids them, `FORCE_COLOR` forces them, a terminal gets them. */
const wantsColour = (env: TerminalOptions["env"], isTTY: boolean): boolean => {
  if (env["NO_COLOR"]) return false;
  if (env["FORCE_COLOR"]) return env["FORCE_COLOR"] !== "0";
  return isTTY && env["TERM"] !== "dumb";
};

export const make = ({ out, err, env }: TerminalOptions): Terminal => {
  const isTTY = out.isTTY === true;
  const colours = new Colours(wantsColour(env, isTTY));
  const isInteractive = isTTY && env["TERM"] !== "dumb";
  const screen = [out, err].find((sink) => sink.isTTY === true && env["TERM"] !== "dumb");
  let shown: string | undefined;
  const erase = () => shown !== undefined && screen?.write(eraseLine);
  const redraw = () => shown !== undefined && screen?.write(shown);
  const write = (text: string) => {
    // Output that does not go to the screen does not disturb the progress line.
    if (screen === out) erase();
    out.write(`${text}\n`);
    if (screen === out) redraw();
  };
  return {
    get columns() {
      const columns = screen?.columns;
      return columns && columns > 20 ? columns : 100;
    },
    isInteractive,
    isWatched: screen !== undefined,
    paint: colours.paint,
    line(text = "") {
      write(colours.sent(text));
    },
    data(text) {
      write(isTTY ? text.split("\n").map(printable).join("\n") : text);
    },
    note(text) {
      erase();
      err.write(`${colours.sent(text)}\n`);
      redraw();
    },
    progress(text) {
      if (screen === undefined || text === shown) return;
      if (text !== undefined && shown === undefined) screen.write(hideCursor);
      erase();
      if (text === undefined && shown !== undefined) screen.write(showCursor);
      shown = text === undefined ? undefined : colours.sent(text);
      redraw();
    },
  };
};
