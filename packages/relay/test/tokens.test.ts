import { issueToken, type TokenKeys, verifyToken } from "@evalwire/relay";
import * as fc from "fast-check";
import { generateKeyPair, SignJWT } from "jose";
import { describe, expect, it } from "vitest";

const secret = (text: string) => new TextEncoder().encode(text.padEnd(32, "."));
const older = { id: "2029", key: secret("older") };
const newer = { id: "2030", key: secret("newer") };
const ada = { user: "ada", evaluations: ["e1"], may: ["watch", "claim"], expires: "10 minutes" } as const;

const problemOf = (work: Promise<unknown>) =>
  work.then(
    () => "accepted",
    (error: { problem?: string }) => error.problem,
  );

describe("Tokens", () => {
  it("say what they were issued with, for any content", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ minLength: 1, unit: "grapheme" }),
        fc.oneof(fc.constant("*" as const), fc.array(fc.string())),
        fc.uniqueArray(fc.constantFrom("watch", "claim", "submit", "assign", "audit")),
        fc.constantFrom("all", "own"),
        async (user, evaluations, may, rows) => {
          const claims = await verifyToken(
            [newer],
            await issueToken([newer], { user, evaluations, may, rows, expires: 60 }),
          );
          expect(claims).toMatchObject({ user, evaluations, may, rows, hidden: [] });
        },
      ),
      { numRuns: 40 },
    );
  });

  it("see their own tasks only, unless they may assign or audit", async () => {
    const rowsOf = async (may: ReadonlyArray<"watch" | "assign" | "audit">) =>
      (await verifyToken([newer], await issueToken([newer], { ...ada, may }))).rows;
    expect([await rowsOf(["watch"]), await rowsOf(["assign"]), await rowsOf(["audit"])]).toEqual(["own", "all", "all"]);
  });

  it("outlive a change of keys, until the old key is taken away", async () => {
    const token = await issueToken([older], ada);
    expect(await problemOf(verifyToken([newer, older], token))).toBe("accepted");
    expect(await problemOf(verifyToken([newer, older], await issueToken([newer, older], ada)))).toBe("accepted");
    expect(await problemOf(verifyToken([newer], token))).toBe("unknown-key");
  });

  it("are signed by keys of other kinds, too", async () => {
    const { privateKey, publicKey } = await generateKeyPair("ES256");
    const keys: TokenKeys = [{ id: "pair", key: privateKey, verify: publicKey, algorithm: "ES256" }];
    expect((await verifyToken(keys, await issueToken(keys, ada))).user).toBe("ada");
    // A public key taken for a secret.
    const forged = await new SignJWT({ evaluations: "*", may: ["watch"] })
      .setProtectedHeader({ alg: "HS256", kid: "pair" })
      .setSubject("eve")
      .setAudience("evalwire-relay")
      .setIssuedAt()
      .setExpirationTime("1 hour")
      .sign(secret("anything"));
    expect(await problemOf(verifyToken(keys, forged))).toBe("unknown-key");
  });

  const signed = (change: (token: SignJWT) => SignJWT) =>
    change(
      new SignJWT({ evaluations: ["e1"], may: ["watch"] })
        .setProtectedHeader({ alg: "HS256", kid: "2030" })
        .setSubject("ada")
        .setAudience("evalwire-relay")
        .setIssuedAt()
        .setExpirationTime("1 hour"),
    ).sign(newer.key);

  it.each([
    ["with a future start", (token: SignJWT) => token.setNotBefore("10 minutes"), "not-yet-valid"],
    ["that has expired", (token: SignJWT) => token.setExpirationTime("-1 minutes"), "expired"],
    ["of another audience", (token: SignJWT) => token.setAudience("another audience"), "malformed"],
  ])("one %s is refused", async (_, change, problem) => {
    const token = await signed(change);
    expect(await problemOf(verifyToken([newer], token))).toBe(problem);
  });

  it("one without an end is refused", async () => {
    const token = await new SignJWT({ evaluations: ["e1"], may: ["watch"] })
      .setProtectedHeader({ alg: "HS256", kid: "2030" })
      .setSubject("ada")
      .setAudience("evalwire-relay")
      .setIssuedAt()
      .sign(newer.key);
    expect(await problemOf(verifyToken([newer], token))).toBe("malformed");
  });

  it("one that was changed in any place is refused", async () => {
    const token = await issueToken([newer], ada);
    const { length } = token;
    await fc.assert(
      fc.asyncProperty(fc.nat(length - 1), async (index) => {
        const other = token[index] === "A" ? "B" : "A";
        const changed = token.slice(0, index) + other + token.slice(index + 1);
        const last = token.lastIndexOf(".");
        // The last character of a signature has bits that stand for nothing.
        fc.pre(index !== length - 1 && index !== last);
        expect(await problemOf(verifyToken([newer], changed))).not.toBe("accepted");
      }),
      { numRuns: 60 },
    );
  });

  it("what cannot be right is said when they are issued", async () => {
    await expect(issueToken([{ id: "k", key: new Uint8Array(8) }], ada)).rejects.toThrow(/at least 32 bytes, not 8/);
    await expect(issueToken([{ id: "k", key: "a secret, as text" as never }], ada)).rejects.toThrow(
      /is bytes, not a text: new TextEncoder\(\)/,
    );
    await expect(issueToken([newer], { ...ada, user: "" })).rejects.toThrow(/needs a user/);
    await expect(issueToken([newer], { ...ada, may: ["fly" as never] })).rejects.toThrow(/no right "fly"/);
  });
});
