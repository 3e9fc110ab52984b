/**
 * Readers of a stream of events in a process of their own, as sockets: every byte on the wire counts, and what a reader costs here is as little as
 * can be. Each order is answered once it is carried out.
 */
import { connect, type Socket } from "node:net";

export type ReadersOrder =
  /** Opens so many readers of a path; answers when each has read until the first beat. With `people` each reads as one of so many. */
  | {
      readonly do: "open";
      readonly port: string;
      readonly path: string;
      readonly count: number;
      readonly people?: number;
    }
  /** Opens so many that ask and never read. */
  | { readonly do: "stall"; readonly port: string; readonly path: string; readonly count: number }
  /** Answers with what was read since it was last asked. */
  | { readonly do: "report" };

export interface Read {
  readonly bytes: number;
  /** By the number of an entry: when the last reader had it whole, in milliseconds since 1970, and how many had it. */
  readonly entries: ReadonlyArray<readonly [number: number, last: number, readers: number]>;
  readonly closed: number;
}

const sockets: Array<Socket> = [];
let bytes = 0;
let closed = 0;
let entries = new Map<number, { last: number; readers: number }>();

const ask = (port: string, path: string): Socket => {
  const socket = connect({ port: Number(port), host: "127.0.0.1" });
  socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: text/event-stream\r\n\r\n`);
  socket.on("close", () => closed++);
  socket.on("error", () => undefined);
  sockets.push(socket);
  return socket;
};

const idPattern = /\nid: [^.\s]+\.\d+\.(\d+)\n/g;

const open = (port: string, path: string): Promise<void> =>
  new Promise((resolve) => {
    const socket = ask(port, path);
    let rest = "";
    let number: number | undefined;
    socket.on("data", (chunk: Buffer) => {
      const now = performance.timeOrigin + performance.now();
      bytes += chunk.length;
      const text = rest + chunk.toString("latin1");
      if (text.includes("event: beat")) resolve();
      // One entry follows another: each is whole when the next begins, or when the text ends as an entry does.
      for (const [, digits] of text.matchAll(idPattern)) {
        if (number !== undefined) note(number, now);
        number = Number(digits);
      }
      if (number !== undefined && /\n\n(?:\r\n)?$/.test(text)) {
        note(number, now);
        number = undefined;
      }
      rest = text.slice(-80).replaceAll(idPattern, "");
    });
  });

const note = (number: number, at: number): void => {
  const known = entries.get(number);
  if (known === undefined) entries.set(number, { last: at, readers: 1 });
  else {
    known.last = Math.max(known.last, at);
    known.readers++;
  }
};

const openAll = async (port: string, path: string, count: number, people = 0): Promise<void> => {
  for (let left = count; left > 0; left -= 50) {
    const some = Array.from({ length: Math.min(left, 50) }, (_, index) =>
      people === 0 ? path : `${path}?person=person-${(left - index) % people}`,
    );
    await Promise.all(some.map((each) => open(port, each)));
  }
};

process.on("message", async (order: ReadersOrder) => {
  switch (order.do) {
    case "open":
      await openAll(order.port, order.path, order.count, order.people);
      return process.send!("open");
    case "stall":
      for (let index = 0; index < order.count; index++) ask(order.port, order.path).pause();
      return process.send!("stalled");
    case "report": {
      const read: Read = {
        bytes,
        closed,
        entries: Array.from(entries, ([number, { last, readers }]) => [number, last, readers] as const),
      };
      bytes = 0;
      entries = new Map();
      return process.send!(read);
    }
  }
});
process.on("disconnect", () => process.exit(0));
process.send!("there");
