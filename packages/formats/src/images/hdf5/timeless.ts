/**
 * An HDF5 file without the times at which its objects were made: the library notes them in every object header, so that the same content made twice would differ. Times become 0, which the format reads
 * as "not known" (1970), and the headers get their checksums anew.
 *
 * Object header, version 2 (HDF5 File Format Specification 3.0, IV.A.1.b): "OHDR", version, flags, with flag 0x20 four times of 4 bytes, with flag 0x10 4 bytes more, the size of the first chunk in
 * 1, 2, 4 or 8 bytes (flags & 3), the chunk, and the checksum of all that: Jenkins' lookup3 (B. Jenkins, 2006), as H5_checksum_lookup3 computes it with an initial value of 0.
 */

const [O, H, D, R] = [0x4f, 0x48, 0x44, 0x52];
const HAS_TIMES = 0x20;
const HAS_PHASE_CHANGE = 0x10;

/** Changes `bytes` in place. What only looks like a header has not its checksum and is left alone. */
export function withoutTimes(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = bytes.indexOf(O); at >= 0 && at + 30 < bytes.length; at = bytes.indexOf(O, at + 1)) {
    if (bytes[at + 1] !== H || bytes[at + 2] !== D || bytes[at + 3] !== R || bytes[at + 4] !== 2) continue;
    const flags = bytes[at + 5]!;
    if (!(flags & HAS_TIMES)) continue;
    const sized = at + 22 + (flags & HAS_PHASE_CHANGE ? 4 : 0);
    const width = 1 << (flags & 3);
    const size = width === 1 ? view.getUint8(sized) : width === 2 ? view.getUint16(sized, true) : view.getUint32(sized, true);
    const end = sized + width + size;
    if (end + 4 > bytes.length || view.getUint32(end, true) !== lookup3(view, at, end)) continue;
    bytes.fill(0, at + 6, at + 22);
    view.setUint32(end, lookup3(view, at, end), true);
  }
}

const rotated = (x: number, k: number): number => (x << k) | (x >>> (32 - k));

/** Of the bytes from `from` to before `to`. */
function lookup3(view: DataView, from: number, to: number): number {
  let a = (0xdeadbeef + (to - from)) | 0;
  let [b, c] = [a, a];
  const word = (p: number): number => {
    if (p + 4 <= to) return view.getUint32(p, true);
    let value = 0;
    for (let k = 0; p + k < to; k++) value |= view.getUint8(p + k) << (8 * k);
    return value;
  };
  let p = from;
  for (; to - p > 12; p += 12) {
    a = (a + word(p)) | 0;
    b = (b + word(p + 4)) | 0;
    c = (c + word(p + 8)) | 0;
    a = (a - c) ^ rotated(c, 4);
    c = (c + b) | 0;
    b = (b - a) ^ rotated(a, 6);
    a = (a + c) | 0;
    c = (c - b) ^ rotated(b, 8);
    b = (b + a) | 0;
    a = (a - c) ^ rotated(c, 16);
    c = (c + b) | 0;
    b = (b - a) ^ rotated(a, 19);
    a = (a + c) | 0;
    c = (c - b) ^ rotated(b, 4);
    b = (b + a) | 0;
  }
  if (p === to) return c >>> 0;
  a = (a + word(p)) | 0;
  b = (b + word(p + 4)) | 0;
  c = (c + word(p + 8)) | 0;
  c = (c ^ b) - rotated(b, 14);
  a = (a ^ c) - rotated(c, 11);
  b = (b ^ a) - rotated(a, 25);
  c = (c ^ b) - rotated(b, 16);
  a = (a ^ c) - rotated(c, 4);
  b = (b ^ a) - rotated(a, 14);
  c = (c ^ b) - rotated(b, 24);
  return c >>> 0;
}
