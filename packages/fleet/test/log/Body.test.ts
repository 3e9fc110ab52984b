import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { decodeBody, StrangeMessageError } from "../../src/log/Body.ts";
import type { LogMessage } from "../../src/log/LogMessage.ts";
import { Formats } from "../../src/membership/Formats.ts";

const messageOf = (body: Uint8Array): LogMessage => ({
  ...{ sequence: 7, key: "e1", id: "", body },
  header: (name) => (name === "Evalwire-Encoding" ? "gzip" : undefined),
});

it("a compressed message that is nothing but length is refused before it is read whole", () => {
  const text = `{"format":1,"log":"${"0".repeat(5_000_000)}"}`;
  const read = () => decodeBody(messageOf(gzipSync(text)), new Formats());
  expect(read).toThrow(StrangeMessageError);
  expect(read).toThrow(/larger than/);
});
