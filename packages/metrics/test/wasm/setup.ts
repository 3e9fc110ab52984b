/** Puts the kernels under every metric of a test file; says loudly when they do not run. */
import { installKernels } from "../../src/wasm/index.ts";

if (!installKernels()) throw new Error("the WebAssembly kernels do not run here");
