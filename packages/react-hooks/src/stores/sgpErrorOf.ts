import { SgpError } from "@evalwire/core";

/** A failure as the typed error that hooks show; what is none, a bug in a callback for instance, becomes its cause. */
export const sgpErrorOf = (failure: unknown): SgpError => {
  if (failure instanceof SgpError) return failure;
  const message = failure instanceof Error ? failure.message : String(failure);
  return new SgpError({ reason: { _tag: "Invalid", issues: [{ path: "", message }] }, attempts: 0, cause: failure });
};
