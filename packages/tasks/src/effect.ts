/** Acting on tasks, as Effect functions: the same as the promises of the root, over `Transport` (provided by `Sgp.layer`). */
export { assign } from "./assign.ts";
export * as audit from "./audit/index.ts";
export { claim, skip } from "./claim.ts";
export { save, submit } from "./submit.ts";
export * as v5 from "./v5.ts";
export {
  type EffectWorkerOptions,
  RunningWorker,
  runWorker,
  workerLayer,
} from "./worker/layer.ts";
export type { EffectHandler } from "./worker/Options.ts";
