/**
 * Which member is to hold which shard. Pure: members that see the same decide the same.
 *
 * 1. Shares are even: no two members differ by more than one shard.
 * 2. A shard moves only where that makes shares even; one without a holder goes to its former holder where that is fair.
 */

/**
 * @param holders the holder of each shard now, by its number; `undefined` where there is none
 * @param members the members present
 * @param former who held a shard last
 *
 * @example
 * ```ts
 * import { spread } from "@evalwire/fleet";
 *
 * spread(["a", "a", "a", undefined], ["a", "b"]); // => ["a", "a", "b", "b"]
 * ```
 */
export const spread = (
  holders: ReadonlyArray<string | undefined>,
  members: ReadonlyArray<string>,
  former: ReadonlyArray<string | undefined> = [],
): ReadonlyArray<string | undefined> => {
  if (members.length === 0) return holders.map(() => undefined);
  const alive = new Set(members);
  const plan = holders.map((holder) => (holder !== undefined && alive.has(holder) ? holder : undefined));
  const counts = new Map(members.map((member) => [member, 0]));
  for (const holder of plan) if (holder !== undefined) counts.set(holder, counts.get(holder)! + 1);
  const least = Math.floor(holders.length / members.length);
  let extras = holders.length % members.length;
  // Those that hold most keep one more than the others, so that as little as possible moves.
  const byCount = [...members].sort((a, b) => counts.get(b)! - counts.get(a)! || (a < b ? -1 : 1));
  const quota = new Map(byCount.map((member) => [member, extras-- > 0 ? least + 1 : least]));
  for (let shard = plan.length - 1; shard >= 0; shard--) {
    const holder = plan[shard];
    if (holder === undefined || counts.get(holder)! <= quota.get(holder)!) continue;
    counts.set(holder, counts.get(holder)! - 1);
    plan[shard] = undefined;
  }
  const give = (shard: number, member: string) => {
    plan[shard] = member;
    counts.set(member, counts.get(member)! + 1);
  };
  const hasRoom = (member: string | undefined): member is string =>
    member !== undefined && alive.has(member) && counts.get(member)! < quota.get(member)!;
  for (let shard = 0; shard < plan.length; shard++) {
    if (plan[shard] === undefined && holders[shard] === undefined && hasRoom(former[shard]))
      give(shard, former[shard]!);
  }
  for (let shard = 0; shard < plan.length; shard++) {
    if (plan[shard] !== undefined) continue;
    const next = byCount.filter(hasRoom).sort((a, b) => counts.get(a)! - counts.get(b)! || (a < b ? -1 : 1))[0];
    if (next !== undefined) give(shard, next);
  }
  return plan;
};
