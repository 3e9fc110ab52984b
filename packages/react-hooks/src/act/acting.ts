/** The implementation of the hooks that act: a chunk of its own, which the first such hook loads when it is mounted. */
import { onDemand } from "../stores/onDemand.ts";

export const acting = onDemand(() => import("./tasks.ts"));
