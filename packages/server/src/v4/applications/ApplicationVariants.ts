/** The variants of an application. This server runs none: their outputs are sent to it. */
import type { ApplicationVariants } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import * as Entity from "../../Entity.ts";
import type { Handler } from "../../Handler.ts";
import { collection } from "../../store/Documents.ts";
import { archive } from "../archive.ts";
import * as Page from "../Page.ts";
import { stored } from "../stored.ts";
import { specs } from "./ApplicationSpecs.ts";

export const variants = collection<ApplicationVariants.ApplicationVariant>(
  "application_variant",
  "Application variant",
);

export const create: Handler<typeof ApplicationVariants.create> = Effect.fnUntraced(function* (call) {
  const accountId = yield* Entity.accountOf(call, call.body.account_id);
  yield* Entity.refer(specs, call, call.body.application_spec_id, ["body", "application_spec_id"]);
  const { body } = yield* Entity.create(variants, {
    accountId,
    parentId: call.body.application_spec_id,
    body: (id) => ({ ...call.body, ...stored(call, id, accountId) }),
  });
  return body;
});

export const list: Handler<typeof ApplicationVariants.list> = (call) => {
  const spec = call.query.application_spec_id ?? undefined;
  return Page.list(variants, call, spec === undefined ? {} : { parentId: spec });
};

export const retrieve: Handler<typeof ApplicationVariants.retrieve> = (call) =>
  Entity.bodyOf(Entity.find(variants, call, call.params.application_variant_id));

export const update: Handler<typeof ApplicationVariants.update> = (call) =>
  Entity.bodyOf(Entity.change(variants, call, call.params.application_variant_id));

export const remove: Handler<typeof ApplicationVariants.remove> = (call) =>
  archive(variants, call, call.params.application_variant_id);
