/** The hooks over the real client and its real watch: nothing here is held in the hand but time and the server's answers. */
import { SGPClient } from "@evalwire/core";
import { follow, memoryFeed, publish } from "@evalwire/core/feed";
import { SimulatedClock } from "@evalwire/core/testing";
import { act, render } from "@testing-library/react";
import { expect, it } from "vitest";
import {
  EvalwireProvider,
  useCountdown,
  useEvaluationProgress,
  useExpiringAssignments,
  useTaskEvents,
  useTasks,
  useWatchStatus,
} from "../src/index.ts";

const created = "2030-01-01T00:00:00Z";

const result = (id: string, status: string, assigned_to: string | null, assignment_expires_at: string | null) => ({
  id: `r-${id}`,
  created_at: created,
  updated_at: created,
  account_id: "a1",
  created_by_user_id: "owner",
  application_spec_id: "s1",
  evaluation_id: "ev_1",
  evaluation_dataset_id: "d1",
  evaluation_dataset_version_num: "1",
  test_case_id: `c-${id}`,
  label_status: status === "COMPLETED" ? "COMPLETED" : "PENDING",
  test_case_evaluation_data_schema: "GENERATION",
  test_case_evaluation_data: { generation_output: "text" },
  task: {
    id,
    task_type: "EVALUATION_ANNOTATION",
    task_entity_parent_id: "ev_1",
    task_entity_id: `r-${id}`,
    account_id: "a1",
    status,
    priority: 0,
    assigned_to,
    assignment_expires_at,
  },
});

const Page = () => {
  const status = useWatchStatus("ev_1");
  const { completed, total, held } = useEvaluationProgress("ev_1");
  const tasks = useTasks("ev_1", { status: "PENDING" });
  const events = useTaskEvents("ev_1", { types: ["task.status_changed", "assignment.expired"] });
  const [next] = useExpiringAssignments("ev_1", { within: "1 hour" });
  const left = useCountdown(next?.expiresAt, { watched: "ev_1" });
  return (
    <p>
      {[
        status._tag,
        `${completed}/${total}`,
        `${held} held`,
        tasks.map((task) => task.id).join("+"),
        events.map((event) => `${event.type} ${event.taskId}`).join(", "),
        next?.assignee,
        left,
      ].join(" | ")}
    </p>
  );
};

/** The client itself; or one whose watches follow a feed, as a relay's do. */
const ways: ReadonlyArray<
  readonly [string, (client: SGPClient, clock: SimulatedClock) => [SGPClient, () => Promise<void>]]
> = [
  ["over the client's own watch", (client) => [client, async () => undefined]],
  [
    "over a watch that follows a feed",
    (client, clock) => {
      const feed = memoryFeed("ev_1");
      const origin = (cursor: string | undefined) => client.watch("ev_1", cursor === undefined ? {} : { cursor });
      const publication = publish(origin, feed, { clock });
      const watch = (_: string, options: object) => follow(feed, { ...options, clock });
      return [{ watch } as unknown as SGPClient, () => publication.close()];
    },
  ],
];

it.each(ways)(
  "%s shows the server's state, follows it, reports an expiry on time, and leaves nothing behind",
  async (_, over) => {
    const clock = new SimulatedClock({ startAt: created });
    let results = [
      result("t1", "PENDING", "ada", "2030-01-01T00:10:00Z"),
      result("t2", "PENDING", null, null),
      result("t3", "COMPLETED", "bo", null),
    ];
    const answer = (path: string) => {
      if (path === "/v4/evaluations/ev_1")
        return {
          id: "ev_1",
          name: "summaries",
          description: "",
          status: "PENDING",
          application_spec_id: "s1",
          total_test_case_result_count: results.length,
          completed_test_case_result_count: results.filter((one) => one.label_status === "COMPLETED").length,
          created_at: created,
          account_id: "a1",
          created_by_user_id: "owner",
        };
      const one = results.find(({ id }) => path.endsWith(`/${id}`));
      return one ?? { items: results, current_page: 1, items_per_page: 1_000, total_item_count: results.length };
    };
    const client = new SGPClient({
      apiKey: "a key",
      baseURL: "https://sgp.example.invalid",
      dangerouslyAllowBrowser: true,
      clock,
      seed: 1,
      fetch: async (url) =>
        Response.json(answer(new URL(url).pathname), { headers: { date: new Date(clock.now()).toUTCString() } }),
    });

    const [shown, close] = over(client, clock);
    const { container, unmount } = render(
      <EvalwireProvider client={shown} clock={clock}>
        <Page />
      </EvalwireProvider>,
    );
    expect(container.textContent).toBe("connecting | 0/0 | 0 held |  |  |  | ");
    await act(() => clock.advance("5 seconds"));
    expect(container.textContent).toMatch(/^synced \| 1\/3 \| 1 held \| t1\+t2 \| {2}\| ada \| 59\d000$/);

    results = [results[0]!, result("t2", "COMPLETED", "cy", null), results[2]!];
    await act(() => clock.advance("2 minutes"));
    expect(container.textContent).toMatch(
      /^synced \| 2\/3 \| 1 held \| t1 \| task.status_changed t2 \| ada \| 4[67]\d000$/,
    );

    await act(() => clock.advance("8 minutes"));
    expect(container.textContent).toMatch(/task.status_changed t2, assignment.expired t1 \| ada \| 0$/);

    unmount();
    // The watch stays for the grace time, and no longer.
    await act(() => clock.advance("9 seconds"));
    expect(clock.pending).toBeGreaterThan(0);
    await act(() => clock.advance("1 second"));
    await close();
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  },
);
