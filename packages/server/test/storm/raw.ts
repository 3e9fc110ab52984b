/** Bytes that are no request, or nearly one: each connection is answered with a refusal or closed, and the next one is served. */
import { connect } from "node:net";
import type { Chance } from "./Chance.ts";

const good =
  "POST /v4/application-specs HTTP/1.1\r\nhost: localhost\r\nx-api-key: key-ada\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";

const hostile: ReadonlyArray<string> = [
  good.replace("content-length: 2", "content-length: 2\r\ntransfer-encoding: chunked"),
  good.replace("content-length: 2", "content-length: 2\r\ncontent-length: 3"),
  good.replace("content-length: 2", "content-length: +2"),
  good.replace("content-length: 2", "transfer-encoding: chunked").replace("{}", "zz\r\n{}\r\n0\r\n\r\n"),
  good.replaceAll("\r\n", "\n"),
  good.replace("host: localhost", "host: localhost\r\n folded: yes"),
  good.replace("key-ada", "key\u0000ada"),
  good.replace("localhost", `localhost\r\n${"x-many: 1\r\n".repeat(3000)}y: 1`),
  good.replace("localhost", `localhost\r\nx-long: ${"x".repeat(20_000)}`),
  good.replace("/v4/application-specs", "http://evil.example/v4"),
  good.replace("POST", "CONNECT").replace("/v4/application-specs", "localhost:80"),
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
  good.replace("host: localhost", "host: a@localhost"),
  good.replace("host: localhost", "host: localhost\r\nhost: evil.example"),
  good.replace("{}", ""),
  good.repeat(50),
];

/** One connection's bytes, and everything that came back once it was closed or fell silent. */
const exchange = (port: number, bytes: Buffer, leaves: boolean): Promise<string> =>
  new Promise((resolve) => {
    let received = "";
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(bytes);
      if (leaves) socket.destroy();
      else socket.end();
    });
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => resolve(received));
  });

/** Opens `count` connections with bytes of chance; throws when one is answered with a fault, or the server is gone. */
export const throwBytes = async (url: string, chance: Chance, count: number): Promise<void> => {
  const port = Number(new URL(url).port);
  for (let sent = 0; sent < count; sent++) {
    const bytes = Buffer.from(chance.of([good, ...hostile]), "latin1");
    // Some of the bytes are others than they should be, and some do not come.
    for (let damage = chance.below(4); damage > 0; damage--) bytes[chance.below(bytes.length)] = chance.below(256);
    const cut = chance.below(3) === 0 ? bytes.subarray(0, chance.below(bytes.length)) : bytes;
    const received = await exchange(port, cut, chance.below(5) === 0);
    if (/^HTTP\/1\.1 5\d\d/m.test(received)) throw new Error(`a fault for ${JSON.stringify(cut.toString("latin1"))}`);
  }
  const { status } = await fetch(`${url}/health`);
  if (status !== 200) throw new Error(`the server answers /health with ${status}`);
};
