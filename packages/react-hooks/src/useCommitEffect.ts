"use client";

import * as React from "react";

/** An effect of every commit, before the browser paints. Rendering on a server, React 18 would warn of a layout effect. */
export const useCommitEffect: (effect: () => void) => void = (
  typeof document === "undefined" ? React.useEffect : React.useLayoutEffect
) as typeof React.useEffect;
