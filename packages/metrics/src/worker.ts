/**
 * `@evalwire/metrics/worker`: what a web worker of a `WorkerPool` runs. Importing it is all the worker's module has to do:
 *
 *     import "@evalwire/metrics/worker";
 */
import { serveScores } from "./corpus/serveScores.ts";
import type { Request } from "./corpus/WorkerPool.ts";

/** The part of a dedicated worker's global scope that is used; this package is not compiled with the DOM's types. */
interface WorkerScope {
  readonly postMessage: (message: unknown, transfer: ReadonlyArray<ArrayBuffer>) => void;
  readonly addEventListener: (type: "message", listener: (event: { readonly data: Request }) => void) => void;
}

const scope = globalThis as unknown as WorkerScope;

serveScores({
  post: (answer, transfer) => scope.postMessage(answer, transfer),
  listen: (listener) => scope.addEventListener("message", ({ data }) => listener(data)),
});
