import { isPassing } from "./errorCodes.ts";
import { closed, isClosed } from "./inWords.ts";
import type { Time } from "./Time.ts";

const setUpMillis = 20_000;
const pauseMillis = 50;

export interface Patience {
  /** More errors that pass. */
  readonly isPassingToo?: (error: unknown) => boolean;
  readonly signal?: AbortSignal;
  /** Afterwards the error is thrown. Default 20,000. */
  readonly millis?: number;
}

/** Does what can be done twice until it succeeds, fails for good, has taken too long, or is not wanted any more. */
export const patiently = async <A>(
  time: Time,
  work: () => Promise<A>,
  { isPassingToo = () => false, signal, millis = setUpMillis }: Patience = {},
): Promise<A> => {
  const deadline = time.now() + millis;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (isClosed(error)) throw closed(error);
      if (time.now() >= deadline || !(isPassing(error) || isPassingToo(error))) throw error;
      await time.sleep(pauseMillis, signal);
      if (signal?.aborted) throw error;
    }
  }
};

/** The awaited value, or a `TimeoutError`: opening a consumer into a connection that swallows everything never ends by itself. */
export const within = async <A>(time: Time, millis: number, work: Promise<A>): Promise<A> => {
  const done = new AbortController();
  const late = time.sleep(millis, done.signal).then((): never => {
    throw Object.assign(new Error(`No answer within ${millis} ms.`), { name: "TimeoutError" });
  });
  late.catch(() => undefined);
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    done.abort();
  }
};
