/** Identity of the callers. This server keeps no list of users: every id that a task can be given to is one. */
import type { Users } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import type { Handler } from "../Handler.ts";
import { Policy, userOf } from "../Policy.ts";

export const info: Handler<typeof Users.info> = ({ caller }) =>
  Effect.map(Policy, (policy) => userOf(policy, caller.userId));

export const retrieve: Handler<typeof Users.retrieve> = ({ params }) =>
  Effect.map(Policy, (policy) => userOf(policy, params.user_id));
