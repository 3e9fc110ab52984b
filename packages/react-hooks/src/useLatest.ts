import { type RefObject, useLayoutEffect, useRef } from "react";

/** A reference to what the last committed render was given: for callbacks that are called later. */
export const useLatest = <A>(value: A): Readonly<RefObject<A>> => {
  const latest = useRef(value);
  useLayoutEffect(() => {
    latest.current = value;
  });
  return latest;
};
