/**
 * What MarCCD and Rayonix write of a frame: 3,072 bytes of integers behind the TIFF header, at fixed places. Offsets from the start of that
 * block; lengths in nm, µm or 10⁻³ px, times in ms, angles in 10⁻³ degrees, wavelengths in fm (marCCD header documentation).
 */
import { cleanFacts } from "./facts.ts";
import type { ImageFacts } from "./model.ts";

const START = 1024;
const SIZE = 3072;

const AT = {
  byteOrder: 28,
  nfast: 80,
  nslow: 84,
  saturated: 104,
  distance: 640,
  beamX: 644,
  beamY: 648,
  exposure: 656,
  pixelX: 772,
  pixelY: 776,
  wavelength: 908,
};

/** Angles at the start of the exposure, one after another. */
const ANGLES_AT = 668;
const ANGLES = ["two_theta", "omega", "chi", "kappa", "phi", "delta", "gamma"];
const TEXTS: Readonly<Record<string, readonly [at: number, length: number]>> = {
  title: [1024, 128],
  path: [1152, 128],
  name: [1280, 64],
  acquired: [1344, 32],
  comments: [1440, 512],
};

/** The first bytes of the file hold the block: its size is in it, and its name "MMX". */
export function looksLikeMar(head: Uint8Array): boolean {
  if (head.length < START + SIZE) return false;
  const name = String.fromCharCode(...head.subarray(START + 4, START + 7));
  return name === "MMX";
}

export function readMarHeader(head: Uint8Array): {
  facts: ImageFacts;
  meta: Record<string, string | number>;
  width: number;
  height: number;
} {
  const block = head.subarray(START, START + SIZE);
  const view = new DataView(block.buffer, block.byteOffset, block.length);
  // 1234 in the byte order of the writer
  const little = view.getUint32(AT.byteOrder, true) === 1234;
  const int = (at: number): number => view.getInt32(at, little);
  const meta: Record<string, string | number> = {};
  for (const [key, [at, length]] of Object.entries(TEXTS)) {
    const text = new TextDecoder("latin1")
      .decode(block.subarray(at, at + length))
      .split("\0")[0]!
      .trim();
    if (text !== "") meta[key] = text;
  }
  const motors = Object.fromEntries(ANGLES.map((name, i) => [name, int(ANGLES_AT + 4 * i) / 1e3]));
  const centred = int(AT.beamX) !== 0 || int(AT.beamY) !== 0;
  const facts = cleanFacts({
    exposureSecond: int(AT.exposure) / 1e3,
    startedAt: meta["acquired"] as string | undefined,
    wavelengthMetre: int(AT.wavelength) * 1e-15,
    distanceMetre: int(AT.distance) * 1e-6,
    pixel1Metre: int(AT.pixelY) * 1e-9,
    pixel2Metre: int(AT.pixelX) * 1e-9,
    beamRow: centred ? int(AT.beamY) / 1e3 : undefined,
    beamColumn: centred ? int(AT.beamX) / 1e3 : undefined,
    saturationCount: int(AT.saturated),
    motors,
  });
  return { facts, meta, width: int(AT.nfast), height: int(AT.nslow) };
}
