/** The part of `@evalwire/tasks` that is loaded on demand. */
export { assign, audit, claim, Lease, save, skip, submit, v5 } from "@evalwire/tasks";
