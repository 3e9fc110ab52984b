import { httpDate } from "../../contract/httpDate.ts";

const number = (text: string | null | undefined): number | undefined =>
  text !== undefined && text !== null && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;

/**
 * How long an answer asks to wait, in milliseconds, however long; `undefined` when it does not ask.
 *
 * `retry-after-ms` counts before `Retry-After`, which is a number of seconds or a date. A date is read against the
 * answer's own `Date`, where there is one, so that a wrong clock on this side does no harm.
 *
 * @param header the answer's header of this lower-case name
 * @param receivedAt when the answer came, in milliseconds since 1970
 */
export const retryAfterMillis = (
  header: (name: string) => string | null | undefined,
  receivedAt: number,
): number | undefined => {
  const millis = number(header("retry-after-ms"));
  if (millis !== undefined) return millis;
  const asked = header("retry-after");
  const seconds = number(asked);
  if (seconds !== undefined) return seconds * 1000;
  const at = httpDate(asked);
  return at === undefined ? undefined : Math.max(at - (httpDate(header("date")) ?? receivedAt), 0);
};
