/** Bruker RAW by its published layouts, for tests: 10° and on in steps of 0.02°, copper radiation. */

/** RAW1.01 by the table of the manual: a header of 712 bytes, one of 304, a supplement, floats. */
export function raw3(y: readonly number[], { supplement = 40, headers = 304, ranges = 1 } = {}): Uint8Array {
  const bytes = new Uint8Array(712 + 304 + supplement + 4 * y.length);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode("RAW1.01\0"));
  view.setUint32(12, ranges, true);
  bytes.set(new TextEncoder().encode("Cu"), 608);
  for (const [at, value] of [
    [624, 1.5406],
    [632, 1.54439],
    [648, 0.5],
    [712 + 16, 10],
    [712 + 176, 0.02],
  ] as const)
    view.setFloat64(at, value, true);
  view.setUint32(712, headers, true);
  view.setUint32(716, y.length, true);
  view.setUint32(712 + 256, supplement, true);
  for (const [k, value] of y.entries()) view.setFloat32(712 + 304 + supplement + 4 * k, value, true);
  return bytes;
}

export function raw1(y: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(156 + 4 * y.length);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode("RAW "));
  view.setUint32(4, y.length, true);
  view.setFloat32(12, 0.02, true);
  view.setFloat32(24, 10, true);
  view.setFloat32(72, 1.5406, true);
  for (const [k, value] of y.entries()) view.setFloat32(156 + 4 * k, value, true);
  return bytes;
}

export function raw2(y: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(256 + 60 + 4 * y.length);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode("RAW2"));
  view.setUint16(4, 1, true);
  view.setFloat32(190, 1.5406, true);
  view.setUint16(256, 60, true);
  view.setUint16(258, y.length, true);
  view.setFloat32(256 + 12, 0.02, true);
  view.setFloat32(256 + 16, 10, true);
  for (const [k, value] of y.entries()) view.setFloat32(316 + 4 * k, value, true);
  return bytes;
}

export function raw4(y: readonly number[], scan = "Locked Coupled"): Uint8Array {
  const [segment, range] = [61, 61 + 120];
  const bytes = new Uint8Array(range + 160 + 4 * y.length);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode("RAW4.00\0"));
  view.setUint32(segment, 30, true);
  view.setUint32(segment + 4, 120, true);
  view.setFloat64(segment + 80, 1.5406, true);
  view.setFloat64(segment + 88, 1.54439, true);
  view.setFloat64(segment + 104, 0.5, true);
  bytes.set(new TextEncoder().encode(scan), range + 32);
  view.setFloat64(range + 72, 10, true);
  view.setFloat64(range + 80, 0.02, true);
  view.setUint32(range + 88, y.length, true);
  view.setUint32(range + 136, 4, true);
  for (const [k, value] of y.entries()) view.setFloat32(range + 160 + 4 * k, value, true);
  return bytes;
}
