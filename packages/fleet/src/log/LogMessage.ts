/** One message of a log, as it comes to a consumer or as it is requested by itself. */
import type { JsMsg, StoredMsg } from "@nats-io/jetstream";
import type { MsgHdrs } from "@nats-io/nats-core";

export interface LogMessage {
  readonly sequence: number;
  readonly key: string;
  /** `<epoch>.<n>` */
  readonly id: string;
  readonly body: Uint8Array;
  readonly header: (name: string) => string | undefined;
}

const keyOf = (subject: string): string => subject.slice(subject.lastIndexOf(".") + 1);

const read = ({ seq, subject, data }: JsMsg | StoredMsg, headers: MsgHdrs | undefined): LogMessage => ({
  sequence: seq,
  key: keyOf(subject),
  id: headers?.get("Nats-Msg-Id") ?? "",
  body: data,
  header: (name) => headers?.get(name) || undefined,
});

export const messageOf = (message: JsMsg): LogMessage => read(message, message.headers);

export const storedMessageOf = (message: StoredMsg): LogMessage => read(message, message.header);
