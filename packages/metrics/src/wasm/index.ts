/** `@evalwire/metrics/wasm`: the same numbers, several times as fast where WebAssembly may be compiled. */
import { counter } from "../kernel/NgramCounter.ts";
import { use } from "../kernel/Replaceable.ts";
import { engine } from "../rouge/RougeEngine.ts";
import { Kernels } from "./Kernels.ts";
import { ngramKernels } from "./ngramKernels.ts";
import { rougeKernels } from "./rougeKernels.ts";

/**
 * Puts the WebAssembly kernels under the metrics of this process (or page, or worker), for good. The scores stay the same to the last
 * bit. `@evalwire/metrics/node` and its workers call it by themselves; a page imports this entry when it wants to.
 *
 * @returns whether they run: `false` where the runtime has no WebAssembly with SIMD or a content security policy forbids to compile it
 *   (`script-src` without `wasm-unsafe-eval`); everything then runs in JavaScript as before
 *
 * @example
 * ```ts
 * import { rouge } from "@evalwire/metrics";
 * import { installKernels } from "@evalwire/metrics/wasm";
 *
 * installKernels(); // => true
 * rouge("the cat", "the cat sat").rouge1.precision; // => 1
 * ```
 */
export const installKernels = (): boolean => {
  const kernels = Kernels.make();
  if (kernels === undefined) return false;
  use(engine, rougeKernels(kernels));
  use(counter, ngramKernels(kernels));
  return true;
};
