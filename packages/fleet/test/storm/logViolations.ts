/** The check of a fleet's logs: each epoch has one writer, epochs never go back, and no number of a writer is missing or doubled. */
import { connectEngine } from "../../src/engine/Engine.ts";
import { isError } from "../../src/engine/errorCodes.ts";
import type { Names } from "../../src/engine/Names.ts";
import { patiently } from "../../src/engine/patiently.ts";
import { Time } from "../../src/engine/Time.ts";
import { idOf } from "../../src/log/LogWriter.ts";
import { requestNext } from "../../src/log/RequestedReading.ts";
import { electionMillis } from "./electionMillis.ts";

export const logViolations = async (servers: ReadonlyArray<string>, names: Names): Promise<ReadonlyArray<string>> => {
  const found: Array<string> = [];
  const engine = await connectEngine({ servers, connectTimeoutMillis: electionMillis });
  const time = new Time();
  const ask = <A>(work: () => Promise<A>) => patiently(time, work, { millis: electionMillis });
  for (let shard = 0; shard < names.shards; shard++) {
    const stream = names.logStream(shard);
    const info = await ask(() => engine.jsm.streams.info(stream)).catch((error: unknown) => {
      if (!isError(error, "streamNotFound")) throw error;
    });
    if (info === undefined) continue;
    let last: ReturnType<typeof idOf>;
    // By requests: a consumer may be made on a node that has just died, and gives nothing there.
    for (let next = info.state.first_seq; next <= info.state.last_seq; ) {
      const message = await ask(() => requestNext(engine, stream, names.log(shard, "*"), next));
      if (message === undefined) break;
      next = message.sequence + 1;
      const id = idOf(message.id);
      if (id === undefined) found.push(`shard ${shard} has a message without an id`);
      else if (last !== undefined) {
        const isNext = id.epoch === last.epoch && id.writer === last.writer && id.n === last.n + 1;
        if (!isNext && id.epoch <= last.epoch)
          found.push(`shard ${shard}: ${id.epoch}.${id.n}.${id.writer} follows ${last.epoch}.${last.n}.${last.writer}`);
      }
      last = id;
    }
  }
  await engine.close();
  return found;
};
