import type { ReactNode } from "react";

interface ScrollProps {
  readonly label: string;
  readonly children: ReactNode;
}

/** Content wider than its panel scrolls inside it, by keyboard as well. */
export const Scroll = ({ label, children }: ScrollProps) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard (WCAG 2.1.1).
  <section className="scroll" aria-label={`${label}, scrolling`} tabIndex={0}>
    {children}
  </section>
);
