import type { Watch } from "@evalwire/core";
import * as Table from "../Table.ts";
import type { Terminal } from "../Terminal.ts";

const barWidth = 24;

/** How far the evaluation is, who is at it, and what ends next: one line, a little narrower than the terminal. */
export const progressLine = (watch: Watch, nowMillis: number, { paint, columns }: Terminal): string => {
  const { tasks, leases } = watch.snapshot();
  const done = Array.from(tasks.values()).filter(({ status }) => status === "COMPLETED" || status === "FIXED").length;
  const total = Math.max(tasks.size, 1);
  const filled = Math.round((barWidth * done) / total);
  const deadlines = Array.from(leases.values(), ({ expiresAt }) => Date.parse(expiresAt ?? "")).filter(Number.isFinite);
  const next =
    deadlines.length === 0
      ? ""
      : `, next lease ends in ${Math.max(0, Math.ceil((Math.min(...deadlines) - nowMillis) / 1_000))} s`;
  const text = ` ${done}/${tasks.size} done, ${leases.size} in hand${next}, ${watch.stats().requests} requests`;
  const bar = `${paint.green("━".repeat(filled))}${paint.dim("━".repeat(barWidth - filled))}`;
  return bar + Table.fit(text, Math.max(0, columns - barWidth - 1)).trimEnd();
};
