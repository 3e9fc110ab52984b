import type { WatchStatus } from "@evalwire/core";
import { useEvaluationProgress, useWatchStatus } from "@evalwire/react-hooks";
import { useEffect } from "react";
import { timeOfDay } from "./timeOfDay.ts";

export interface HeaderProps {
  readonly evaluationId: string;
  readonly known: ReadonlyArray<{ readonly id: string; readonly name: string }> | undefined;
  readonly choose: (evaluationId: string) => void;
}

/** What is shown, and how true it is. */
export const Header = ({ evaluationId, known = [], choose }: HeaderProps) => {
  const { name, status, completed, total } = useEvaluationProgress(evaluationId);
  const watch = useWatchStatus(evaluationId);
  useEffect(() => {
    document.title = name === undefined ? "evalwire" : `${completed}/${total} · ${name}`;
  }, [name, completed, total]);
  return (
    <header className="header">
      <div className="header-name">
        <p className="brand">evalwire</p>
        <h1>{name ?? evaluationId}</h1>
        {status !== undefined && <span className="tag">{status}</span>}
      </div>
      {known.length > 1 && (
        <label className="picker">
          <span>Evaluation</span>
          <select value={evaluationId} onChange={(event) => choose(event.target.value)}>
            {known.some(({ id }) => id === evaluationId) || (
              <option value={evaluationId}>{name ?? evaluationId}</option>
            )}
            {known.map((evaluation) => (
              <option key={evaluation.id} value={evaluation.id}>
                {evaluation.name}
              </option>
            ))}
          </select>
        </label>
      )}
      <p className={`watch watch-${watch._tag}`} role="status">
        {saying(watch)}
      </p>
      {"error" in watch && <p className="trouble">{watch.error?.message}</p>}
    </header>
  );
};

const saying = (watch: WatchStatus): string => {
  switch (watch._tag) {
    case "connecting":
      return "Connecting…";
    case "synced":
      return "Live";
    case "degraded":
      return `Out of touch since ${timeOfDay(watch.since)}`;
    case "closed":
      return "Ended";
  }
};
