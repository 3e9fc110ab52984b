/**
 * Gzip in independent parts: data sent to many readers is compressed once. Each part is deflated separately and flushed, so that
 * it is read at once; parts put behind one another are one stream, which has no end.
 */
export interface Gzip {
  readonly head: Uint8Array;
  readonly part: (bytes: Uint8Array) => Uint8Array;
}

// RFC 1952: magic number, deflate, no flags, no time, unknown system.
const head = new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);

let made: Gzip | undefined;

/** `undefined` where there is no `node:zlib`. */
export const gzip = async (): Promise<Gzip | undefined> => {
  if (made !== undefined) return made;
  const zlib = await import("node:zlib").catch(() => undefined);
  if (zlib === undefined) return undefined;
  const parts = new WeakMap<Uint8Array, Uint8Array>();
  made = {
    head,
    part: (bytes) => {
      let part = parts.get(bytes);
      if (part === undefined) {
        part = zlib.deflateRawSync(bytes, { finishFlush: zlib.constants.Z_SYNC_FLUSH });
        parts.set(bytes, part);
      }
      return part;
    },
  };
  return made;
};
