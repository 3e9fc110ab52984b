/**
 * The parts of the packages that are measured by themselves though no user can import them: `…/src/*` is there under the
 * export condition `@evalwire/source` only.
 */

export type { TaskRow } from "@evalwire/core/src/watch/event/TaskRow.ts";
export { sourceV4 } from "@evalwire/core/src/watch/source/sourceV4.ts";
export * as Changes from "@evalwire/core/src/watch/state/Changes.ts";
export { Expiry } from "@evalwire/core/src/watch/time/Expiry.ts";
