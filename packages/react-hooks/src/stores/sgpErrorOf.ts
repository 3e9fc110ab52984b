import { SgpError, type SgpErrorProps } from "@evalwire/core";

/** The error of a call that is refused before anything is sent. */
export const invalid = (path: string, message: string, about: Partial<SgpErrorProps> = {}): SgpError =>
  new SgpError({ reason: { _tag: "Invalid", issues: [{ path, message }] }, attempts: 0, ...about });

/** The message of anything that was thrown. */
export const messageOf = (failure: unknown): string => (failure instanceof Error ? failure.message : String(failure));

/** A failure as the typed error that hooks show; what is none, a bug in a callback for instance, becomes its cause. */
export const sgpErrorOf = (failure: unknown): SgpError =>
  failure instanceof SgpError ? failure : invalid("", messageOf(failure), { cause: failure });
