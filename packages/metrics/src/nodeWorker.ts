/** The program of a worker thread of `nodePool`. */
/// <reference types="node" />
import { parentPort } from "node:worker_threads";
import { serveScores } from "./corpus/serveScores.ts";

if (parentPort !== null) {
  const port = parentPort;
  serveScores({
    post: (answer, transfer) => port.postMessage(answer, transfer),
    listen: (listener) => port.on("message", listener),
  });
}
