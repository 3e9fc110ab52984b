import { useMemo } from "react";
import { useBoard } from "../live/hooks.ts";
import { useShown } from "../live/Shown.ts";

/** The people who can be named: those the serving program knows, and those who hold or held a task. */
export const usePeople = (): ReadonlyArray<string> => {
  const { session } = useShown();
  const tasks = useBoard((board) => board.tasks);
  return useMemo(() => {
    const people = new Set(session.users);
    for (const { assigned_to } of tasks) if (assigned_to !== null) people.add(assigned_to);
    return [...people].sort();
  }, [session.users, tasks]);
};
