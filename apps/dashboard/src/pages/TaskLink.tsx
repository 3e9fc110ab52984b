import { useStore } from "@evalwire/react-hooks";
import { useCallback } from "react";
import { Link } from "wouter";
import type { ResultsState } from "../live/Results.ts";
import { useShown } from "../live/Shown.ts";

interface TaskLinkProps {
  readonly taskId: string;
  readonly resultId: string | null | undefined;
}

/** A task by its title, as soon as that is known; by its id until then. */
export const TaskLink = ({ taskId, resultId }: TaskLinkProps) => {
  const { results } = useShown();
  const title = useStore(
    results,
    useCallback(({ byId }: ResultsState) => byId.get(resultId ?? "")?.title, [resultId]),
  );
  return (
    <Link href={`/tasks/${encodeURIComponent(taskId)}`} className="title" title={title ?? taskId}>
      {title ?? taskId}
    </Link>
  );
};
