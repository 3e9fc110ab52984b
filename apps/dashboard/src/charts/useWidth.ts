import { type RefObject, useLayoutEffect, useRef, useState } from "react";

/** The width of an element in pixels, so that what is drawn in it keeps the size of its text. */
export const useWidth = (initial: number): readonly [RefObject<HTMLElement | null>, number] => {
  const element = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(initial);
  useLayoutEffect(() => {
    if (element.current === null) return;
    const observer = new ResizeObserver(([entry]) => {
      const measured = Math.round(entry?.contentRect.width ?? 0);
      if (measured > 0) setWidth(measured);
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [element, width];
};
