import { instantOf } from "@evalwire/core";

const format = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hour12: false,
});

/** An ISO 8601 instant as the hour, minute and second where the reader is; the text itself when it is no instant. */
export const timeOfDay = (instant: string): string => {
  const time = instantOf(instant);
  return time === undefined ? instant : format.format(time);
};
