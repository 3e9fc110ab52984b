/** The closing lines of a run, on standard error: where things are, and on a screen the next steps. */
import type { Terminal } from "../../terminal/Terminal.ts";
import type { Summary } from "../Summary.ts";
import { grouped } from "./progressLine.ts";

export interface Closing {
  readonly summary: Summary;
  readonly out?: string | undefined;
  readonly plot?: string | undefined;
  readonly compare?: string | undefined;
}

const nextOf = ({ summary, plot, compare }: Closing): string | undefined => {
  if (summary.records === 0) return undefined;
  if (plot === undefined) return "next: --plot report.html shows the distributions and the worst cases";
  if (compare === undefined) return "next: --compare other.jsonl tests whether another system's records score better";
  return undefined;
};

export const closingLines = (closing: Closing, { isInteractive }: Terminal): ReadonlyArray<string> => {
  const { summary, out, plot } = closing;
  const next = isInteractive ? nextOf(closing) : undefined;
  return [
    ...(out === undefined ? [] : [`wrote ${out}, ${grouped(summary.records)} records`]),
    ...(plot === undefined ? [] : [/svg$/i.test(plot) ? `wrote ${plot}` : `wrote ${plot}: open it in a browser`]),
    ...(next === undefined ? [] : [next]),
  ];
};
