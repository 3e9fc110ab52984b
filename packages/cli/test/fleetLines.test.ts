/** The output for a fleet that is healthy, lagging, without an owner, or on a server of a certain version. */
import { type FleetHealth, type FleetOverview, notesOn } from "@evalwire/fleet";
import { expect, it } from "vitest";
import { fleetLines } from "../src/fleetLines.ts";

const format = { reads: [1], writes: [1], current: 1 };

const healthOf = (label: string, held: ReadonlyArray<number>, more: Partial<FleetHealth> = {}): FleetHealth => ({
  name: "board",
  member: `m${label}`,
  label,
  state: "serving",
  problems: [],
  server: { version: "2.9.10", isClustered: true, url: "n1.example.org:4222", notes: [] },
  format,
  members: 2,
  shards: { all: 4, held },
  evaluations: 3,
  followed: 5,
  lags: [
    { shard: 0, behind: 0 },
    { shard: 1, behind: 0 },
  ],
  consumers: [],
  work: { workers: 0, busy: 0, done: 0 },
  budget: { owner: "ma", perMinute: 600, share: 300, admitted: 70, waiting: 0, haltedMillis: 0 },
  elections: 4,
  ...more,
});

const memberOf = (
  label: string,
  offices: Readonly<Record<string, number>>,
  health: FleetHealth | undefined,
  more: Readonly<Record<string, unknown>> = {},
): FleetOverview["members"][number] => ({
  id: `m${label}`,
  facts: { name: label, formats: format, evaluations: 3, followed: 5, admitted: 70, haltedMillis: 0, ...more },
  offices,
  health,
});

const overviewOf = (more: Partial<FleetOverview> = {}): FleetOverview => ({
  name: "board",
  server: { version: "2.11.3", isClustered: true, notes: [] },
  members: [
    memberOf("a", { budget: 2, s0: 1, s1: 1 }, healthOf("a", [0, 1])),
    memberOf("b", { s2: 1, s3: 1 }, healthOf("b", [2, 3])),
  ],
  differences: [],
  servers: [{ address: "nats://n1.example.org:4222", version: "2.11.3" }],
  missingNodes: [],
  unknown: [],
  logs: [{ stream: "EW_board_log_0", messages: 12, bytes: 9_000, lastSequence: 40 }],
  consumers: [{ name: "journal", pending: 2, unacknowledged: 1, redelivered: 0 }],
  queue: { jobs: 0, results: 0 },
  deadLetters: 0,
  ...more,
});

it("a healthy fleet: one line a replica, the budget's owner, the logs, the consumers, the queue", () => {
  expect(fleetLines(overviewOf())).toEqual([
    "fleet board: nats-server 2.11.3, several nodes",
    "2 replicas",
    "  a: serving, shards 0 1, polls 3, follows 5, 70 requests, 0 messages behind, share 300 a minute, format 1",
    "  b: serving, shards 2 3, polls 3, follows 5, 70 requests, 0 messages behind, share 300 a minute, format 1",
    "budget: 600 requests a minute, granted by a",
    "log EW_board_log_0: 12 messages, 9000 bytes",
    "consumer journal: 2 waiting, 1 at work, 0 redelivered",
    "queue: 0 pieces wait, 0 results",
  ]);
});

it("a replica that lags says by how much, over all its logs; one with an unknown lag says ?, not 0", () => {
  const lagging = healthOf("a", [0, 1], {
    lags: [
      { shard: 0, behind: 7 },
      { shard: 1, behind: 5 },
    ],
    consumers: [{ name: "journal", behind: 31 }],
  });
  const unknown = healthOf("b", [2, 3], {
    problems: ["JetStream does not say how far its logs are."],
    lags: [
      { shard: 2, behind: 4 },
      { shard: 3, behind: null },
    ],
    consumers: [{ name: "journal", behind: null }],
  });
  const members = [memberOf("a", { budget: 1, s0: 1, s1: 1 }, lagging), memberOf("b", { s2: 1, s3: 1 }, unknown)];
  expect(fleetLines(overviewOf({ members })).slice(2, 7)).toEqual([
    "  a: serving, shards 0 1, polls 3, follows 5, 70 requests, 12 messages behind, share 300 a minute, format 1",
    "    consumes journal: 31 waiting",
    "  b: serving, shards 2 3, polls 3, follows 5, 70 requests, ? messages behind, share 300 a minute, format 1",
    "    problem: JetStream does not say how far its logs are.",
    "    consumes journal: ? waiting",
  ]);
});

it("a fleet without a granter of its budget and with unpublished shards says which", () => {
  const problems = ["2 shards have no publisher.", "No replica grants the request budget."];
  const budget = { owner: undefined, perMinute: 600, share: 0, admitted: 70, waiting: 9, haltedMillis: 0 };
  const only = memberOf("a", { s0: 1, s2: 1 }, healthOf("a", [0, 2], { problems, budget }));
  expect(fleetLines(overviewOf({ members: [only] })).slice(1, 7)).toEqual([
    "1 replica",
    "  a: serving, shards 0 2, polls 3, follows 5, 70 requests, 0 messages behind, share 0 a minute, format 1",
    "    problem: 2 shards have no publisher.",
    "    problem: No replica grants the request budget.",
    "budget: 600 requests a minute, granted by no replica",
    "without a publisher: shards 1 3",
  ]);
});

it("a replica that does not answer is shown by its beats; a pause of the platform and dead letters are said", () => {
  const silent = memberOf("a", { budget: 1, s0: 1 }, undefined, { haltedMillis: 1_200, followed: undefined });
  expect(fleetLines(overviewOf({ members: [silent], consumers: [], logs: [], deadLetters: 2 })).slice(1)).toEqual([
    "1 replica",
    "  a: does not answer, 2 offices, polls 3, follows ?, 70 requests, format 1, halted for 1200 ms",
    "queue: 0 pieces wait, 0 results",
    "2 dead letters",
  ]);
  expect(fleetLines(overviewOf({ members: [] }))[1]).toBe("no replica beats");
});

it.each([
  [
    "2.9.10",
    true,
    ["  note: before 2.10.19 compare-and-set by subject", "  note: before 2.10.23 nodes that are killed"],
  ],
  [
    "2.10.19",
    true,
    ["  note: before 2.10.23 nodes that are killed or cut off can lose confirmed messages, or a stream"],
  ],
  ["2.10.23", true, []],
  ["2.8.4", false, ["  note: older than 2.9.0: not tested", "  note: one node: its death stops the fleet"]],
  ["2.11.3", false, ["  note: one node: its death stops the fleet"]],
] as const)("nats-server %s, several nodes: %s: says what follows from it", (version, isClustered, expected) => {
  const server = { version, isClustered, notes: notesOn(version, isClustered) };
  const notes = fleetLines(overviewOf({ server })).filter((line) => line.startsWith("  note:"));
  expect(notes).toHaveLength(expected.length);
  for (const [index, start] of expected.entries()) expect(notes[index]!.startsWith(start)).toBe(true);
});

it("options in which replicas differ are said once, and not as a problem of each", () => {
  const said =
    "Replicas of this fleet have different options: lease is 500 (a) and 900 (b); each counts for its own replica.";
  const members = [
    memberOf("a", { budget: 2, s0: 1, s1: 1 }, healthOf("a", [0, 1], { problems: [said, "The store is full."] })),
    memberOf("b", { s2: 1, s3: 1 }, healthOf("b", [2, 3], { problems: [said] })),
  ];
  const lines = fleetLines(overviewOf({ members, differences: [said] }));
  expect(lines.filter((line) => line.includes(said))).toEqual([said]);
  expect(lines).toContain("    problem: The store is full.");
});

it("a cluster without a leader: what is known, and what is not", () => {
  const lines = fleetLines(
    overviewOf({
      servers: [
        { address: "nats://n1.example.org:4222", version: "2.11.3" },
        { address: "nats://n2.example.org:4222", version: null },
      ],
      missingNodes: ["n2", "n3"],
      logs: [{ stream: "EW_board_log_0", messages: null, bytes: null, lastSequence: null }],
      consumers: [],
      queue: { jobs: null, results: 3 },
      deadLetters: null,
      unknown: ["No leader answers for the stream EW_board_log_0."],
    }),
  );
  expect(lines.slice(0, 4)).toEqual([
    "fleet board: nats-server 2.11.3, several nodes",
    "  nats://n1.example.org:4222: nats-server 2.11.3",
    "  nats://n2.example.org:4222: cannot be reached",
    "  without a sign of life: n2 n3",
  ]);
  expect(lines.slice(-4)).toEqual([
    "log EW_board_log_0: no leader answers",
    "queue: ? pieces wait, 3 results",
    "? dead letters",
    "unknown: No leader answers for the stream EW_board_log_0.",
  ]);
});
