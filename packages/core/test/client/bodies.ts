/** Answers' bodies as the contract has them, with nothing that may be missing. */

export const evaluation = {
  id: "e1",
  name: "Summaries",
  description: "",
  status: "PENDING",
  application_spec_id: "s1",
  total_test_case_result_count: 3,
  completed_test_case_result_count: 0,
  created_at: "2030-01-01T00:00:00Z",
  account_id: "a1",
  created_by_user_id: "u1",
};

/** An evaluation config. */
export const config = (id: string) => ({
  id,
  evaluation_type: "human",
  question_set_id: "q",
  account_id: "a",
  created_at: "2030-01-01T00:00:00Z",
  created_by_user_id: "u",
});
