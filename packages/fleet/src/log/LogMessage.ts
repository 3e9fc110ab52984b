/** One message of a log, as it comes to a consumer or as it is requested by itself. */
import type { JsMsg, StoredMsg } from "@nats-io/jetstream";

export interface LogMessage {
  readonly sequence: number;
  readonly key: string;
  /** `<epoch>.<n>` */
  readonly id: string;
  readonly body: Uint8Array;
  readonly header: (name: string) => string | undefined;
}

const keyOf = (subject: string): string => subject.slice(subject.lastIndexOf(".") + 1);

export const messageOf = (message: JsMsg): LogMessage => ({
  sequence: message.seq,
  key: keyOf(message.subject),
  id: message.headers?.get("Nats-Msg-Id") ?? "",
  body: message.data,
  header: (name) => message.headers?.get(name) || undefined,
});

export const storedMessageOf = (message: StoredMsg): LogMessage => ({
  sequence: message.seq,
  key: keyOf(message.subject),
  id: message.header?.get("Nats-Msg-Id") ?? "",
  body: message.data,
  header: (name) => message.header?.get(name) || undefined,
});
