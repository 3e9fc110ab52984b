import type { Progress } from "@evalwire/metrics/corpus";
import type { Paint } from "../Terminal.ts";

const barCells = 24;

const span = (seconds: number): string => {
  const whole = Math.ceil(seconds);
  const [minutes, rest] = [Math.floor(whole / 60), String(whole % 60).padStart(2, "0")];
  if (minutes < 60) return `${minutes}:${rest}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
};

/** How far a run is, in one line: a bar and the time left where the number of records is known, the rate where there is one. */
export const progressLine = (progress: Progress, paint: Paint): string => {
  const { done, failed, total, ratePerSecond, etaSeconds } = progress;
  const parts: Array<string> = [];
  if (total !== undefined && total > 0) {
    const share = Math.min(done / total, 1);
    const full = Math.round(share * barCells);
    parts.push(`${paint.cyan("█".repeat(full))}${paint.dim("░".repeat(barCells - full))} ${Math.floor(share * 100)} %`);
  }
  parts.push(total === undefined ? `${done} records` : `${done}/${total}`);
  if (failed > 0) parts.push(paint.red(`${failed} bad`));
  if (ratePerSecond !== undefined) parts.push(`${Math.round(ratePerSecond)}/s`);
  if (etaSeconds !== undefined && done !== total) parts.push(`${span(etaSeconds)} left`);
  return `  ${parts.join(paint.dim(" · "))}`;
};
