/** The check of a fleet's logs: each epoch has one writer, epochs never go back, and no number of a writer is missing or doubled. */
import { connectEngine } from "../../src/engine/Engine.ts";
import type { Names } from "../../src/engine/Names.ts";
import { idOf } from "../../src/log/LogWriter.ts";

export const logViolations = async (servers: ReadonlyArray<string>, names: Names): Promise<ReadonlyArray<string>> => {
  const found: Array<string> = [];
  const engine = await connectEngine({ servers });
  for (let shard = 0; shard < names.shards; shard++) {
    const stream = names.logStream(shard);
    const info = await engine.jsm.streams.info(stream).catch(() => undefined);
    if (info === undefined || info.state.messages === 0) continue;
    const consumer = await engine.js.consumers.get(stream, {});
    const messages = await consumer.consume();
    let last: ReturnType<typeof idOf>;
    for await (const message of messages) {
      const id = idOf(message.headers?.get("Nats-Msg-Id"));
      if (id === undefined) found.push(`shard ${shard} has a message without an id`);
      else if (last !== undefined) {
        const isNext = id.epoch === last.epoch && id.writer === last.writer && id.n === last.n + 1;
        if (!isNext && id.epoch <= last.epoch)
          found.push(`shard ${shard}: ${id.epoch}.${id.n}.${id.writer} follows ${last.epoch}.${last.n}.${last.writer}`);
      }
      last = id;
      if (message.seq >= info.state.last_seq) break;
    }
    await messages.close();
  }
  await engine.close();
  return found;
};
