/** What the hooks that act need of `@evalwire/tasks`: a chunk of its own, which the first such hook loads when it is mounted. */
import { onDemand } from "../stores/onDemand.ts";

export type Acting = typeof import("./tasks.ts");

export const acting = onDemand(() => import("./tasks.ts"));
