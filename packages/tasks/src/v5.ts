/** The operations of v5 on tasks, as Effect functions: assign plans, and audit on two levels. */
import { approveAudits, assignAuditors, conflicts, sendBack } from "./audit/levels.ts";

export { assignPlanV5 as assign } from "./plan/assignPlan.ts";

/** Auditing in v5: no correction and no comment, which only v4 can write; but auditors, which only v5 can assign. */
export const audit = { assign: assignAuditors, approve: approveAudits, requestRevision: sendBack, conflicts };
