/** How far something is, in one line that fits: a bar where the end is known, shorter or left out where there is no room for it. */
import type { Paint } from "../../terminal/Terminal.ts";

/** How far a run over records is. */
export interface Progress {
  /** Records that are done. */
  readonly done: number;
  /** Of these, the bad ones. */
  readonly failed: number;
  /** Share of the bytes that are read, in [0, 1], where their number is known. */
  readonly share?: number | undefined;
  readonly ratePerSecond?: number | undefined;
  readonly etaSeconds?: number | undefined;
}

const widestBar = 24;
const narrowestBar = 6;

/** Left free at the end: for the cursor, and for what a terminal prints on Ctrl-C, which must not begin another line. */
const margin = 3;

const span = (seconds: number): string => {
  const whole = Math.ceil(seconds);
  const [minutes, rest] = [Math.floor(whole / 60), String(whole % 60).padStart(2, "0")];
  if (minutes < 60) return `${minutes}:${rest}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
};

/** A whole number with its thousands apart. */
export const grouped = (count: number): string => {
  // `toLocaleString` loads the runtime's language data first: a tenth of a second for one comma.
  let rest = String(Math.round(count));
  let text = "";
  for (; /\d{4}$/.test(rest); rest = rest.slice(0, -3)) text = `,${rest.slice(-3)}${text}`;
  return rest + text;
};

/** Parts after a bar, cut off at the end where the line is full. */
const line = (share: number | undefined, parts: ReadonlyArray<string>, paint: Paint, columns: number): string => {
  const text = `  ${parts.join(" · ")}`;
  if (share === undefined) return text.slice(0, columns - margin);
  const percent = ` ${String(Math.floor(share * 100)).padStart(3)} % · `;
  const cells = Math.min(widestBar, columns - margin - text.length - percent.length);
  if (cells < narrowestBar) return text.slice(0, columns - margin);
  const full = Math.round(share * cells);
  return `  ${paint.cyan("█".repeat(full))}${paint.dim("░".repeat(cells - full))}${percent}${text.trimStart()}`;
};

/** How far a run over records is: with the time left where its size is known, and the rate where there is one. */
export const progressLine = (progress: Progress, paint: Paint, columns: number): string => {
  const { done, failed, share, ratePerSecond, etaSeconds } = progress;
  const parts = [`${grouped(done)} records`];
  if (ratePerSecond !== undefined) parts.push(`${grouped(ratePerSecond)}/s`);
  if (etaSeconds !== undefined && share !== 1) parts.push(`${span(etaSeconds)} left`);
  if (failed > 0) parts.push(`${grouped(failed)} bad`);
  return line(share === undefined ? undefined : Math.min(share, 1), parts, paint, columns);
};

/** How far a computation of many like steps is. */
export const stepLine = (what: string, done: number, steps: number, paint: Paint, columns: number): string =>
  line(done / steps, [`${what}, ${grouped(done)}/${grouped(steps)}`], paint, columns);
