import type { CallContext } from "../Handler.ts";

/** The fields every stored object of v5 begins with. */
export const stored = ({ caller, now }: CallContext, id: string) => ({
  id,
  created_at: now,
  created_by: { id: caller.userId, type: caller.identityType, object: "identity" as const },
});
