import { useCallback } from "react";
import { useSearchParams } from "wouter";

/** The query of the address after its `?`, and how to change one name in it; an empty value takes the name out. */
export const useAddress = (): readonly [URLSearchParams, (name: string, value: string) => void] => {
  const [params, setParams] = useSearchParams();
  const change = useCallback(
    (name: string, value: string) =>
      setParams(
        (last) => {
          const next = new URLSearchParams(last);
          if (value === "") next.delete(name);
          else next.set(name, value);
          return next;
        },
        { replace: true },
      ),
    [setParams],
  );
  return [params, change];
};
