import type { IncomingMessage } from "node:http";
import { Refusal } from "./Refusal.ts";

/** Reads the body whole; fails with 413 at the first byte past the limit, and with the socket's error when the caller goes away. */
export const readBody = (message: IncomingMessage, maxBytes: number): Promise<Buffer<ArrayBuffer>> =>
  new Promise((resolve, reject) => {
    const tooLarge = () =>
      reject(new Refusal({ status: 413, detail: `Request body is larger than ${maxBytes} bytes` }));
    if (Number(message.headers["content-length"] ?? 0) > maxBytes) return tooLarge();
    const chunks: Array<Buffer> = [];
    let size = 0;
    message.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
      else {
        chunks.length = 0;
        tooLarge();
      }
    });
    message.on("end", () => resolve(chunks.length === 1 ? (chunks[0] as Buffer<ArrayBuffer>) : Buffer.concat(chunks)));
    message.on("error", reject);
    message.on("close", () => reject(new Error("the caller went away while sending")));
  });
