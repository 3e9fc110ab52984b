/**
 * The parts of the packages that are measured by themselves and that nobody else can import.
 */
// @boundaries-ignore measured by itself, and no part of what the package offers
export * as Changes from "../packages/core/src/watch/picture/Changes.ts";
// @boundaries-ignore measured by itself, and no part of what the package offers
export { sourceV4 } from "../packages/core/src/watch/source/sourceV4.ts";
// @boundaries-ignore measured by itself, and no part of what the package offers
export type { TaskRow } from "../packages/core/src/watch/TaskRow.ts";
// @boundaries-ignore measured by itself, and no part of what the package offers
export { Expiry } from "../packages/core/src/watch/time/Expiry.ts";
