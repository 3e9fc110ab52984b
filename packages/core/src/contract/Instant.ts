/**
 * An instant as the platform writes it: ISO 8601 text such as `2023-11-07T05:31:56Z`, kept as text.
 *
 * Promise: what `Instant` accepts, `epochMillis` turns into a finite number, on every engine the same.
 */
import { epochMillis } from "./epochMillis.ts";
import * as Schema from "./schema/Schema.ts";

export { epochMillis } from "./epochMillis.ts";

/** Whether `text` is ISO 8601 and names a date that exists: 30 February does not. */
export const isInstant = (text: string): boolean => !Number.isNaN(epochMillis(text));

/** ISO 8601 text that names a real date and time; without an offset it means UTC, as the platform's Python does. */
export const Instant: Schema.Codec<string> = Schema.make({
  kind: "text",
  format: { name: "date-time", expected: "an ISO 8601 date and time", test: isInstant },
});
