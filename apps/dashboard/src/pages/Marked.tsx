import { marked } from "@evalwire/metrics/overlap";
import { useMemo } from "react";

/** A text with the words underlined that the other one has, too. */
export const Marked = ({ text, other }: { readonly text: string; readonly other: string | undefined }) => {
  const pieces = useMemo(() => (other === undefined ? undefined : marked(text, other)), [text, other]);
  if (pieces === undefined) return text;
  return pieces.map(({ text: piece, isShared }, index) =>
    isShared ? <mark key={index}>{piece}</mark> : <span key={index}>{piece}</span>,
  );
};
