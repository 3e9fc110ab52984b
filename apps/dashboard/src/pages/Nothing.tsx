import type { ReactNode } from "react";
import { useBoard } from "../live/hooks.ts";

/** Says that there is nothing, once all tasks have been read: before, it would not be known. */
export const Nothing = ({ children }: { readonly children: ReactNode }) =>
  useBoard(({ isWhole }) => isWhole) ? (
    <p className="empty">{children}</p>
  ) : (
    <p className="quiet">Reading the tasks…</p>
  );
