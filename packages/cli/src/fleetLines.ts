/** What `evalwire fleet status` prints of a fleet, line by line. */
import type { FleetOverview } from "@evalwire/fleet";

type Member = FleetOverview["members"][number];

const numberOf = (value: unknown): string => (typeof value === "number" ? String(value) : "?");

/** @param known problems that are said of the fleet */
const memberLines = ({ facts, offices, health }: Member, known: ReadonlyArray<string>): ReadonlyArray<string> => {
  const { evaluations, followed, admitted, haltedMillis } = facts;
  const halted = typeof haltedMillis === "number" && haltedMillis > 0 ? `, halted for ${haltedMillis} ms` : "";
  const state = health?.state ?? "does not answer";
  const held =
    health === undefined
      ? `${Object.keys(offices).length} offices`
      : `shards ${health.shards.held.join(" ") || "none"}`;
  const lags = health?.lags ?? [];
  const behind = lags.some((lag) => lag.behind === null)
    ? "?"
    : String(lags.reduce((sum, lag) => sum + (lag.behind ?? 0), 0));
  const lag =
    health === undefined ? "" : `, ${behind} messages behind, share ${Math.round(health.budget.share)} a minute`;
  return [
    `  ${facts.name}: ${state}, ${held}, polls ${numberOf(evaluations)}, follows ${numberOf(followed)}, ${numberOf(admitted)} requests${lag}, format ${facts.formats.current}${halted}`,
    ...(health?.problems ?? []).filter((each) => !known.includes(each)).map((problem) => `    problem: ${problem}`),
    ...(health?.consumers ?? []).map((each) => `    consumes ${each.name}: ${numberOf(each.behind)} waiting`),
  ];
};

/** The granter of the budget, and the shards without a publisher; empty where no replica answers. */
const ownerLines = (members: ReadonlyArray<Member>): ReadonlyArray<string> => {
  const healths = members.flatMap(({ health }) => (health === undefined ? [] : [health]));
  const [first] = healths;
  if (first === undefined) return [];
  const owner = members.find(({ offices }) => offices["budget"] !== undefined);
  const all = Array.from({ length: first.shards.all }, (_, shard) => shard);
  const orphans = all.filter((shard) => members.every(({ offices }) => offices[`s${shard}`] === undefined));
  return [
    `budget: ${first.budget.perMinute} requests a minute, ${owner === undefined ? "granted by no replica" : `granted by ${owner.facts.name}`}`,
    ...(orphans.length > 0 ? [`without a publisher: shards ${orphans.join(" ")}`] : []),
  ];
};

const serverLine = ({ address, version }: FleetOverview["servers"][number]): string =>
  `  ${address}: ${version === null ? "cannot be reached" : `nats-server ${version}`}`;

export const fleetLines = ({
  name,
  server,
  servers,
  missingNodes,
  members,
  differences,
  logs,
  consumers,
  queue,
  deadLetters,
  unknown,
}: FleetOverview): ReadonlyArray<string> => [
  `fleet ${name}: nats-server ${server.version}, ${server.isClustered ? "several nodes" : "one node"}`,
  ...(servers.length > 1 ? servers.map(serverLine) : []),
  ...(missingNodes.length > 0 ? [`  without a sign of life: ${missingNodes.join(" ")}`] : []),
  ...server.notes.map((note) => `  note: ${note}`),
  members.length === 0 ? "no replica beats" : members.length === 1 ? "1 replica" : `${members.length} replicas`,
  ...members.flatMap((each) => memberLines(each, differences)),
  ...differences,
  ...ownerLines(members),
  ...logs.map(({ stream, messages, bytes }) =>
    messages === null ? `log ${stream}: no leader answers` : `log ${stream}: ${messages} messages, ${bytes} bytes`,
  ),
  ...consumers.map(
    (each) =>
      `consumer ${each.name}: ${each.pending} waiting, ${each.unacknowledged} at work, ${each.redelivered} redelivered`,
  ),
  `queue: ${numberOf(queue.jobs)} pieces wait, ${numberOf(queue.results)} results`,
  ...(deadLetters === 0 ? [] : [`${numberOf(deadLetters)} dead letters`]),
  ...unknown.map((sentence) => `unknown: ${sentence}`),
];
