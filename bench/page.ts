/**
 * The platform's answer to a list of an evaluation's test case results with their tasks: pages to measure with, the same
 * every time, in the wire's own words.
 */
import { random } from "./texts.ts";

export const evaluationId = "5f2f0c1e-eval-4d0b-9c1e-000000000001";

const stored = {
  account_id: "7b0c3a52-acct-4f6e-8a44-000000000001",
  created_at: "2030-01-01T08:00:00.000000Z",
  created_by_user_id: "c5d1f6aa-user-4a0e-b0b4-000000000001",
  created_by_identity_type: "user",
};

const idOf = (kind: string, number: number) => `${number.toString(16).padStart(8, "0")}-${kind}-4c1b-9d2f-0123456789ab`;

export const taskId = (number: number) => idOf("task", number);

/** Two sentences or three of an answer: what stands in the page and a watch does not keep. */
const letter = (number: number) =>
  `Answer ${number}: the committee met in the spring and agreed on three of the four points. `.repeat(3).trim();

/** The fields of a task that can change. */
export interface Facts {
  readonly status: string;
  readonly assigned_to: string | null;
  readonly assignment_expires_at: string | null;
  readonly updated_at: string;
}

const people = Array.from({ length: 40 }, (_, number) => idOf("user", number + 1));

/** Every third task is held until some time after 10 o'clock. */
export const factsOf = (number: number): Facts => ({
  status: "PENDING",
  assigned_to: number % 3 === 0 ? people[number % people.length]! : null,
  assignment_expires_at: number % 3 === 0 ? new Date(Date.UTC(2030, 0, 1, 10, 0, 0, number * 37)).toISOString() : null,
  updated_at: stored.created_at,
});

/** A test case result with its task in view, about 1.4 kB of JSON. */
export const itemOf = (number: number, facts: Facts) => ({
  ...stored,
  id: idOf("rslt", number),
  updated_at: facts.updated_at,
  application_spec_id: idOf("spec", 1),
  evaluation_id: evaluationId,
  evaluation_dataset_id: idOf("dset", 1),
  evaluation_dataset_version_num: "1",
  test_case_id: idOf("case", number),
  application_test_case_output_id: idOf("outp", number),
  label_status: facts.status === "PENDING" ? "PENDING" : "COMPLETED",
  audit_status: "UNAUDITED",
  result: facts.status === "PENDING" ? null : { [idOf("qstn", 1)]: "good", [idOf("qstn", 2)]: 4 },
  time_spent_labeling_s: null,
  test_case_evaluation_data_schema: "GENERATION",
  test_case_evaluation_data: { generation_output: letter(number) },
  task: {
    id: taskId(number),
    task_type: "EVALUATION_ANNOTATION",
    task_entity_parent_id: evaluationId,
    task_entity_id: idOf("rslt", number),
    account_id: stored.account_id,
    status: facts.status,
    priority: number % 5,
    assigned_to: facts.assigned_to,
    assignment_expires_at: facts.assignment_expires_at,
  },
});

export const evaluationOf = (total: number, completed: number) => ({
  ...stored,
  id: evaluationId,
  name: "Summaries of minutes",
  description: "How good are they?",
  status: "PENDING",
  application_spec_id: idOf("spec", 1),
  total_test_case_result_count: total,
  completed_test_case_result_count: completed,
});

/** The JSON text of page `page` of `limit` items, of `total` in all. */
export const pageText = (
  total: number,
  {
    page = 1,
    limit = total,
    facts = factsOf,
  }: { page?: number; limit?: number; facts?: (number: number) => Facts } = {},
): string => {
  const items: Array<unknown> = [];
  for (let number = (page - 1) * limit; number < Math.min(page * limit, total); number++) {
    items.push(itemOf(number, facts(number)));
  }
  return JSON.stringify({ items, current_page: page, items_per_page: limit, total_item_count: total });
};

/** The same tasks a moment later: of a hundred one has been finished. */
export const later =
  (total: number, share: number) =>
  (number: number): Facts =>
    changed(total, share).has(number)
      ? { ...factsOf(number), status: "COMPLETED", updated_at: "2030-01-01T08:00:07.000000Z" }
      : factsOf(number);

const sets = new Map<string, ReadonlySet<number>>();

const changed = (total: number, share: number): ReadonlySet<number> => {
  const key = `${total}/${share}`;
  let set = sets.get(key);
  if (set === undefined) {
    const next = random(total);
    const chosen = new Set<number>();
    while (chosen.size < total * share) chosen.add(Math.floor(next() * total));
    set = chosen;
    sets.set(key, set);
  }
  return set;
};
