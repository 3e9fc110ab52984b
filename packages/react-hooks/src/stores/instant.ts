import { instantOf } from "@evalwire/core";

/** The instant a text names, in milliseconds since 1970; `Infinity`, which never comes, where there is none. */
export const instant = (text: string | null | undefined): number => instantOf(text ?? "") ?? Number.POSITIVE_INFINITY;
