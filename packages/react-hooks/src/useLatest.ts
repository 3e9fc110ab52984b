"use client";

import * as React from "react";
import { useCommitEffect } from "./useCommitEffect.ts";

/** A reference to what the last committed render was given: for callbacks that are called later. */
export const useLatest = <A>(value: A): { readonly current: A } => {
  const latest = React.useRef(value);
  useCommitEffect(() => {
    latest.current = value;
  });
  return latest;
};
