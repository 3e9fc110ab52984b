/** The kind of a file by its first bytes: its compression, and its likely format when it holds no readable records. */

const startsWith = (bytes: Uint8Array, ...values: ReadonlyArray<number>): boolean =>
  values.every((value, at) => bytes[at] === value);

const startsWithText = (bytes: Uint8Array, text: string, at = 0): boolean =>
  bytes.length >= at + text.length && [...text].every((letter, index) => bytes[at + index] === letter.charCodeAt(0));

export const isGzip = (bytes: Uint8Array): boolean => startsWith(bytes, 0x1f, 0x8b);
export const isParquet = (bytes: Uint8Array): boolean => startsWithText(bytes, "PAR1");
export const isZip = (bytes: Uint8Array): boolean => startsWith(bytes, 0x50, 0x4b, 0x03, 0x04);

const others: ReadonlyArray<readonly [(bytes: Uint8Array) => boolean, string]> = [
  [(b) => startsWith(b, 0xff, 0xfe) || startsWith(b, 0xfe, 0xff), "UTF-16 text; save it as UTF-8"],
  [(b) => startsWithText(b, "BZh"), "a bzip2 file; unpack it, or pack it with gzip or zstd"],
  [(b) => startsWith(b, 0xfd, 0x37, 0x7a, 0x58, 0x5a), "an xz file; unpack it, or pack it with gzip or zstd"],
  [(b) => startsWith(b, 0x04, 0x22, 0x4d, 0x18), "an lz4 file; unpack it, or pack it with gzip or zstd"],
  [(b) => startsWith(b, 0x37, 0x7a, 0xbc, 0xaf), "a 7z archive; unpack it and give the file inside"],
  [(b) => startsWithText(b, "ustar", 257), "a tar archive; unpack it and give the file inside"],
  [(b) => startsWithText(b, "SQLite format 3"), "an SQLite database; export the table as CSV or JSON Lines"],
  [(b) => startsWithText(b, "ARROW1"), "an Arrow file; save it as Parquet or JSON Lines"],
  [(b) => startsWith(b, 0xff, 0xff, 0xff, 0xff), "an Arrow stream; save it as Parquet or JSON Lines"],
  [(b) => startsWithText(b, "ORC"), "an ORC file; save it as Parquet or JSON Lines"],
  [(b) => startsWithText(b, "Obj\u0001"), "an Avro file; save it as Parquet or JSON Lines"],
  [(b) => startsWith(b, 0x89, 0x48, 0x44, 0x46), "an HDF5 file; save it as Parquet or JSON Lines"],
  [(b) => startsWith(b, 0x93, 0x4e, 0x55, 0x4d), "a NumPy array; save it as Parquet or JSON Lines"],
  [(b) => startsWith(b, 0x80) && b[1]! >= 2 && b[1]! <= 5, "a Python pickle; save it as JSON Lines"],
  [(b) => startsWithText(b, "%PDF"), "a PDF; records are read from CSV, JSON, JSON Lines or Parquet"],
  [(b) => startsWith(b, 0x89, 0x50, 0x4e, 0x47), "an image; records are read from CSV, JSON, JSON Lines or Parquet"],
  [(b) => startsWith(b, 0xff, 0xd8, 0xff), "an image; records are read from CSV, JSON, JSON Lines or Parquet"],
  [(b) => startsWith(b, 0xd0, 0xcf, 0x11, 0xe0), "an old Excel file; save the sheet as CSV"],
];

/** The likely format of the bytes, and what to do about it; `undefined` where they may be text. */
export const unreadable = (bytes: Uint8Array): string | undefined =>
  others.find(([matches]) => matches(bytes))?.[1] ??
  (bytes.subarray(0, 4096).includes(0) ? "a binary file of a kind that is not known here" : undefined);
