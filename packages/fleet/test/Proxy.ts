/** A TCP proxy before a NATS node, or several; can be cut without notifying either side. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

export class Proxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isCut = false;
  /** The port that its last connection went to. */
  port: number | undefined;

  private constructor(ports: ReadonlyArray<number>, first: number) {
    let next = first;
    this.#server = createServer((inner) => {
      if (this.#isCut) {
        // A black hole: taken, and never answered.
        this.#keep(inner);
        return;
      }
      this.port = ports[next++ % ports.length]!;
      const outer = connect(this.port, "127.0.0.1");
      for (const [from, to] of [
        [inner, outer],
        [outer, inner],
      ] as const) {
        this.#keep(from);
        from.on("data", (data) => {
          if (!this.#isCut) to.write(data);
        });
        from.on("close", () => to.destroy());
      }
    });
  }

  /** @param first the index of the port that the first connection goes to; further ones go to the others in turn */
  static async before(ports: ReadonlyArray<number>, first = 0): Promise<Proxy> {
    const proxy = new Proxy(ports, first);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  get url(): string {
    return `nats://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  cut(): void {
    this.#isCut = true;
  }

  restore(): void {
    this.#isCut = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => this.#sockets.delete(socket));
  }
}
