import type { Entity as Wire } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import * as Entity from "../Entity.ts";
import type { CallContext, Steps } from "../Handler.ts";
import type { Collection } from "../store/Documents.ts";

/** What DELETE does in v4: archives; doing so again changes nothing. */
export const archive = Effect.fnUntraced(function* <Body extends { readonly archived_at?: string | null }>(
  into: Collection<Body>,
  call: CallContext,
  id: string,
): Steps<Wire.Deleted> {
  yield* Entity.archive(into, call, yield* Entity.take(into, call, id));
  return { success: true, count: 1 };
});
