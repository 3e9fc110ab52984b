// Linear memory, handed out once and for good: what is handed out is zeros, and a buffer that becomes too small gets a new place of
// twice the size. The old place is not used again, so all buffers together take at most twice what they hold.

let top: usize = (__heap_base + 15) & ~15;

/** Room for so many bytes, all zeros, at a multiple of 16. */
export function allocate(bytes: usize): usize {
  const at = top;
  top = (at + bytes + 15) & ~15;
  const pages = <i32>((top + 0xffff) >>> 16) - memory.size();
  if (pages > 0 && memory.grow(pages) < 0) unreachable();
  return at;
}

/** A buffer: its place and its size in bytes, in two words at `handle`, which is `memory.data(8, 8)` of its owner. Gives its place, a new one where `bytes` did not fit. */
export function ensure(handle: usize, bytes: usize): usize {
  if (load<u32>(handle, 4) >= <u32>bytes) return load<u32>(handle);
  const size: usize = 1 << (32 - clz<u32>(<u32>(bytes - 1) | 255));
  const at = allocate(size);
  store<u32>(handle, <u32>at);
  store<u32>(handle, <u32>size, 4);
  return at;
}
