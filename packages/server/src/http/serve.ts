/**
 * The server's own operations on a socket, without a `Request` and a `Response` between: one buffer an answer.
 *
 * 1. A body is read once the route is found and the key is known, whole, and never past `maxBodyBytes`.
 * 2. Long answers are compressed for clients that accept that; on this machine only where others get the same bytes.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { constants, createGzip } from "node:zlib";
import * as Content from "../Content.ts";
import * as Pieces from "../Pieces.ts";
import type { Answer, Head, Open, Opened } from "./Exchange.ts";
import { isLoopback } from "./hosts.ts";
import { Refusal } from "./Refusal.ts";
import { readBody } from "./readBody.ts";
import * as Socket from "./socket.ts";

const empty = new Uint8Array();

const headOf = (message: IncomingMessage): Head => {
  const target = message.url!;
  const mark = target.indexOf("?");
  return {
    method: message.method!,
    path: mark < 0 ? target : target.slice(0, mark),
    search: mark < 0 ? "" : target.slice(mark + 1),
    header: (name) => {
      const value = message.headers[name];
      return typeof value === "string" ? value : value?.join(", ");
    },
  };
};

/** Shorter answers fit a few packets as they are. */
const worthCompressing = 8192;

const compressed = (content: Content.Content): Promise<Uint8Array> => {
  const packer = createGzip({ level: constants.Z_BEST_SPEED, chunkSize: 128 * 1024 });
  const packed = buffer(packer);
  for (const piece of Content.pieces(content)) packer.write(piece);
  packer.end();
  return packed;
};

const takesGzip = (message: IncomingMessage): boolean =>
  /(^|[\s,])gzip\s*($|,|;\s*q=(?!0(\.0+)?\s*($|,)))/.test(String(message.headers["accept-encoding"] ?? ""));

/** A proxy on this machine speaks for a client that may be far away. */
const forwarding = ["forwarded", "x-forwarded-for", "via"];

/** Whether the client is on this machine, where sending a text costs a small part of the time that compressing it does. */
const isNear = ({ headers, socket }: IncomingMessage): boolean =>
  socket.remoteAddress !== undefined &&
  isLoopback(socket.remoteAddress) &&
  forwarding.every((name) => headers[name] === undefined);

const write = async (answer: Answer, message: IncomingMessage, to: ServerResponse): Promise<void> => {
  const { body, headers, status } = answer;
  to.sendDate = false;
  const length = Content.lengthOf(body);
  if (length >= worthCompressing) {
    headers["vary"] = "accept-encoding";
    const { packed } = answer;
    if (takesGzip(message) && (packed !== undefined || !isNear(message))) {
      const kept = packed ?? {};
      kept.bytes ??= compressed(body);
      const bytes = await kept.bytes;
      if (packed === undefined) Pieces.giveBack(body);
      headers["content-encoding"] = "gzip";
      headers["content-length"] = String(bytes.length);
      to.writeHead(status, headers);
      to.end(bytes);
      return;
    }
  }
  if (status === 304) {
    to.writeHead(status, headers);
    to.end();
    return;
  }
  // A short text goes out in one piece with its head; a long one is made into bytes once, not counted first.
  const bytes = typeof body === "string" && length >= worthCompressing ? Buffer.from(body) : body;
  headers["content-length"] = String(typeof bytes === "string" ? Buffer.byteLength(bytes) : Content.lengthOf(bytes));
  to.writeHead(status, headers);
  if (typeof bytes === "string" || bytes instanceof Uint8Array) {
    to.end(bytes);
    return;
  }
  // Not when the connection closes before: the system may still read it.
  if (answer.packed === undefined) to.once("finish", () => Pieces.giveBack(body));
  // Together they are one call of the system.
  to.cork();
  for (const piece of bytes) to.write(piece);
  to.end();
};

/** Bodies so short are read and thrown away, which leaves the connection usable; for longer ones it is closed. */
const shortBody = 64 * 1024;

const hasShortBody = (message: IncomingMessage): boolean =>
  message.headers["transfer-encoding"] === undefined && Number(message.headers["content-length"] ?? 0) <= shortBody;

/** Answers, reads no further, and ends the connection. */
const writeLast = async (answer: Answer, message: IncomingMessage, to: ServerResponse): Promise<void> => {
  answer.headers["connection"] = "close";
  await write(answer, message, to);
  Socket.discard(message);
};

const answerOf = async (
  { answer, maxBodyBytes, tooLarge }: Extract<Opened, { _tag: "Wanted" }>,
  { message, to, begin }: Socket.Exchange,
): Promise<void> => {
  const isBodiless = message.method === "GET";
  let body: Uint8Array;
  try {
    body = isBodiless ? empty : await readBody(message, maxBodyBytes);
  } catch (error) {
    if (error instanceof Refusal) return writeLast(tooLarge(), message, to);
    throw error;
  }
  begin();
  return write(await answer(body), message, to);
};

/** Answers requests on a socket; see `listen` for what it rejects with. */
export const serve = (open: Open, options?: Socket.ListenOptions): Promise<Socket.Listener> =>
  Socket.open(async (exchange) => {
    const opened = open(headOf(exchange.message));
    if (opened._tag === "Wanted") return answerOf(opened, exchange);
    const { message, to, begin } = exchange;
    begin();
    return hasShortBody(message) ? write(opened.answer, message, to) : writeLast(opened.answer, message, to);
  }, options);
