/** Text metrics with the exact numbers of their reference implementations. */
export { type RougeOptions, type RougeType, rouge } from "./rouge/rouge.ts";
export { Score } from "./Score.ts";
export { type PorterMode, porter } from "./stem/porter.ts";
export { rougeTokens } from "./tokenize/rouge.ts";
