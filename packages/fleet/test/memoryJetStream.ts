/** The part of JetStream that publishers and elections use, in memory: what it stores is counted by subject, and nothing is read back. Answers come a turn later. */
import { JetStreamApiError } from "@nats-io/jetstream";
import { errorCodes } from "../src/engine/errorCodes.ts";
import { nextTurn } from "../src/engine/Turns.ts";

interface Expectations {
  readonly expect?: { readonly lastSubjectSequence?: number };
}

const refusal = (err_code: number, description: string) => new JetStreamApiError({ code: 400, err_code, description });

export const memoryJetStream = () => {
  const counts = new Map<string, number>();
  const configs = new Map<string, object>();
  const created = "2030-01-01T00:00:00Z";
  let sequence = 0;
  return {
    js: {
      publish: async (subject: string, _body: unknown, { expect }: Expectations = {}) => {
        if (expect?.lastSubjectSequence === 0 && counts.has(subject))
          throw refusal(errorCodes.wrongLastSequence, "wrong last sequence");
        counts.set(subject, (counts.get(subject) ?? 0) + 1);
        const seq = ++sequence;
        await nextTurn();
        return { seq };
      },
      consumers: { get: () => Promise.reject(new Error("nothing is read back")) },
    },
    jsm: {
      streams: {
        info: async (name: string, { subjects_filter }: { readonly subjects_filter?: string } = {}) => {
          await nextTurn();
          const config = configs.get(name);
          if (config === undefined && subjects_filter === undefined)
            throw refusal(errorCodes.streamNotFound, "stream not found");
          const start = subjects_filter?.replace(/\*$/, "") ?? "";
          const subjects = Object.fromEntries([...counts].filter(([subject]) => subject.startsWith(start)));
          return { created, config, state: { last_seq: 0, messages: 0, subjects } };
        },
        add: async (config: { readonly name: string }) => {
          configs.set(config.name, config);
          return { created, config };
        },
        getMessage: async () => {
          await nextTurn();
          return null;
        },
        purge: async () => ({}),
      },
    },
  };
};
