import type { Watch } from "@evalwire/core";
import { Lease, lifecycle, queue } from "@evalwire/tasks";
import type { Terminal } from "../terminal/Terminal.ts";

const barWidth = 24;

/** How far the evaluation is, who is at it, and what ends next: as much of it as fits on one line of the terminal. */
export const progressLine = (watch: Watch, nowMillis: number, { paint, columns }: Terminal): string => {
  const tasks = Array.from(watch.snapshot().tasks.values());
  const done = tasks.filter(({ status }) => lifecycle.isDone(status)).length;
  const held = queue.held(tasks, nowMillis);
  const next = held[0] && Lease.remainingMillis(held[0].lease, nowMillis);
  const parts = [
    `${done}/${tasks.length} done`,
    `${held.length} in hand`,
    ...(next !== undefined && Number.isFinite(next) ? [`next lease ends in ${Math.ceil(next / 1_000)} s`] : []),
    `${watch.stats().requests} requests`,
  ];
  let text = "";
  for (const part of parts) {
    const longer = text === "" ? part : `${text}, ${part}`;
    if (barWidth + 2 + longer.length < columns) text = longer;
  }
  const filled = tasks.length === 0 ? 0 : Math.round((barWidth * done) / tasks.length);
  return `${paint.green("━".repeat(filled))}${paint.dim("━".repeat(barWidth - filled))}  ${text}`;
};
