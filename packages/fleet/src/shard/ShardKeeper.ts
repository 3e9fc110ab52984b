/** Takes and gives up shards until they are spread over the replicas as they should be. */
import type { Members } from "../membership/Members.ts";
import { spread } from "../membership/Spread.ts";
import type { Shard } from "./Shard.ts";

export interface ShardKeeperDeps {
  readonly members: Members;
  readonly shards: ReadonlyArray<Shard>;
  readonly onFailure: (error: unknown) => void;
}

export class ShardKeeper {
  readonly #deps: ShardKeeperDeps;
  readonly #leave: () => void;
  #moving: Promise<void> | undefined;
  #isMovingAgain = false;
  #isDraining = false;
  #isClosed = false;

  constructor(deps: ShardKeeperDeps) {
    this.#deps = deps;
    this.#leave = deps.members.onChange(() => this.attend());
    this.attend();
  }

  attend(): void {
    for (const shard of this.#deps.shards) shard.attend();
    if (this.#moving !== undefined) {
      this.#isMovingAgain = true;
      return;
    }
    this.#moving = this.#move().finally(() => {
      this.#moving = undefined;
      if (!this.#isMovingAgain) return;
      this.#isMovingAgain = false;
      if (!this.#isClosed) this.attend();
    });
  }

  /** Gives up every shard and takes none any more; resolves when none is held. */
  async drain(): Promise<void> {
    this.#isDraining = true;
    // One that is being taken is given up, too.
    while (this.#moving !== undefined) await this.#moving;
    const { members, shards } = this.#deps;
    await Promise.all(
      shards.map(async (shard) => {
        await shard.leave();
        await members.held(shard.office)?.resign();
      }),
    );
  }

  close(): void {
    this.#isClosed = true;
    this.#leave();
  }

  async #move(): Promise<void> {
    const { members, shards } = this.#deps;
    if (this.#isClosed || this.#isDraining || !members.isSettled) return;
    const present = members.list();
    if (!present.some(({ id }) => id === members.id)) return;
    // One that drains still holds what it has not given up, and is given nothing.
    const ids = present.filter(({ facts }) => facts["isDraining"] !== true).map(({ id }) => id);
    // One that has just come takes nothing before it knows who is there: until then shards stay where they are.
    const isJoining = (id: string | undefined) =>
      present.some((each) => each.id === id && each.facts["isJoining"] === true);
    const holders = shards.map(({ office }) => members.holderOf(office)?.member);
    const plan = spread(
      holders,
      ids,
      shards.map(({ office }) => members.formerOf(office)),
    );
    await Promise.all(
      shards.map(async (shard, number) => {
        if (holders[number] === members.id && plan[number] !== members.id) {
          if (isJoining(plan[number])) return;
          await shard.leave();
          await members.held(shard.office)?.resign();
        } else if (holders[number] === undefined && plan[number] === members.id) await this.#take(shard);
      }),
    );
  }

  async #take(shard: Shard): Promise<void> {
    const { members, onFailure } = this.#deps;
    try {
      const held = await members.take(shard.office, true);
      if (held === undefined) return;
      if (this.#isClosed || this.#isDraining) await held.resign();
      else shard.serve(held);
    } catch (error) {
      if (!this.#isClosed) onFailure(error);
    }
  }
}
