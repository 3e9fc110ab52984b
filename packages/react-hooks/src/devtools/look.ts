/** How the panel looks, in light and in dark: set as properties, so that no policy for style sheets is in the way. */
import type { CSSProperties } from "react";

const ink = "light-dark(#1b1b1f, #ededf0)";
const paper = "light-dark(#ffffff, #1b1b1f)";
const line = "light-dark(#8a8a94, #777782)";

export const corner = (position: "bottom-right" | "bottom-left"): CSSProperties => ({
  position: "fixed",
  bottom: 8,
  [position === "bottom-left" ? "left" : "right"]: 8,
  zIndex: 2_147_483_000,
  display: "flex",
  flexDirection: "column",
  alignItems: position === "bottom-left" ? "flex-start" : "flex-end",
  gap: 8,
  maxWidth: "calc(100vw - 16px)",
  colorScheme: "light dark",
  font: "13px/1.45 system-ui, sans-serif",
});

export const button: CSSProperties = {
  minHeight: 28,
  padding: "4px 10px",
  border: `1px solid ${line}`,
  borderRadius: 6,
  background: paper,
  color: ink,
  font: "inherit",
  cursor: "pointer",
};

export const panel: CSSProperties = {
  boxSizing: "border-box",
  width: 560,
  maxWidth: "100%",
  maxHeight: "70vh",
  overflow: "auto",
  margin: 0,
  padding: 12,
  border: `1px solid ${line}`,
  borderRadius: 8,
  background: paper,
  color: ink,
};

export const heading: CSSProperties = { margin: "0 0 8px", fontSize: 15 };
export const table: CSSProperties = { width: "100%", borderCollapse: "collapse", marginBottom: 8 };
export const caption: CSSProperties = { textAlign: "left", fontWeight: 600, padding: "8px 0 4px" };
export const name: CSSProperties = {
  textAlign: "left",
  fontWeight: 400,
  padding: "2px 12px 2px 0",
  whiteSpace: "nowrap",
};
export const figure: CSSProperties = { textAlign: "right", fontVariantNumeric: "tabular-nums", padding: "2px 0" };
export const tail: CSSProperties = {
  maxHeight: 180,
  overflow: "auto",
  margin: 0,
  padding: "4px 8px",
  border: `1px solid ${line}`,
  borderRadius: 6,
  listStyle: "none",
  fontFamily: "ui-monospace, monospace",
  fontSize: 12,
};
