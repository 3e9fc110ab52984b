/** A tree of endpoints, or of what stands for them. */
interface Tree {
  readonly [name: string]: unknown;
}

const isBranch = (node: unknown): node is Tree =>
  typeof node === "object" && node !== null && typeof (node as Tree)["method"] !== "string";

/** Two trees as one; where both have a branch, the branches are one as well. */
export const merged = <A extends object, B extends object>(a: A, b: B): A & B => {
  const both = { ...a } as Record<string, unknown>;
  for (const [name, node] of Object.entries(b)) {
    const known = both[name];
    both[name] = isBranch(known) && isBranch(node) ? merged(known, node) : node;
  }
  return both as A & B;
};
