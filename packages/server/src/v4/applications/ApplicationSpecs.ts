/** The applications evaluations are about. */
import type { ApplicationSpecs } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import * as Entity from "../../Entity.ts";
import type { Handler } from "../../Handler.ts";
import { collection } from "../../store/Documents.ts";
import { archive } from "../archive.ts";
import * as Page from "../Page.ts";
import { stored } from "../stored.ts";

export const specs = collection<ApplicationSpecs.ApplicationSpec>("application_spec", "Application spec");

export const create: Handler<typeof ApplicationSpecs.create> = Effect.fnUntraced(function* (call) {
  const accountId = yield* Entity.accountOf(call, call.body.account_id);
  const { body } = yield* Entity.create(specs, {
    accountId,
    body: (id) => ({ run_online_evaluation: false, ...call.body, ...stored(call, id, accountId) }),
  });
  return body;
});

export const list: Handler<typeof ApplicationSpecs.list> = (call) => Page.list(specs, call);

export const retrieve: Handler<typeof ApplicationSpecs.retrieve> = (call) =>
  Entity.bodyOf(Entity.find(specs, call, call.params.application_spec_id));

export const update: Handler<typeof ApplicationSpecs.update> = (call) =>
  Entity.bodyOf(Entity.change(specs, call, call.params.application_spec_id));

export const remove: Handler<typeof ApplicationSpecs.remove> = (call) =>
  archive(specs, call, call.params.application_spec_id);
