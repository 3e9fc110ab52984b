import type { CallContext } from "../Handler.ts";

/** The fields every stored object of v4 begins with. */
export const stored = ({ caller, now }: CallContext, id: string, accountId: string) => ({
  id,
  created_at: now,
  account_id: accountId,
  created_by_user_id: caller.userId,
  created_by_identity_type: caller.identityType,
});
