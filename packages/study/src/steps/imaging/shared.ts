/** What the steps over volumes and pictures share: raw files as paths, and volumes as a screen can hold them. */
import { inUnit, parseQuantity } from "@thioscope/core";
import type { Volume } from "@thioscope/core/imaging";
import type { PartHead, VolumeView } from "@thioscope/core/story";
import type { SourceInputs } from "../../lines.ts";
import { basename } from "../../names.ts";

/** Edge of a volume on the screen. */
const SHOWN = 96;

/** A setting that is a length, in metres; null for "auto". */
export function lengthSetting(written: unknown): number | null {
  return written === "auto" || written === undefined ? null : inUnit(parseQuantity(String(written), "m"), "m").value;
}

export function headOf(
  { source, files }: SourceInputs,
  step: string,
  title: string,
  command: string,
): Omit<PartHead, "sentences" | "notices"> {
  return { step, source, title, files: files.map(({ file, sha256 }) => ({ name: basename(file), hash: sha256 })), run: null, command };
}

/** Every n-th voxel as a byte between the 0.1 and 99.9 % points. */
export function viewOf({ nx, ny, nz, voxel, values }: Volume, unit: string): VolumeView {
  const step = Math.max(1, Math.ceil(Math.max(nx, ny, nz) / SHOWN));
  const [sx, sy, sz] = [nx, ny, nz].map((n) => Math.ceil(n / step)) as [number, number, number];
  const grey = new Float32Array(sx * sy * sz);
  for (let z = 0; z < sz; z++) {
    for (let y = 0; y < sy; y++)
      for (let x = 0; x < sx; x++) grey[(z * sy + y) * sx + x] = values[(z * step * ny + y * step) * nx + x * step]!;
  }
  const sorted = Float32Array.from(grey).sort();
  const low = sorted[Math.floor(0.001 * sorted.length)]!;
  const high = Math.max(sorted[Math.floor(0.999 * (sorted.length - 1))]!, low + 1e-12);
  const bytes = Uint8Array.from(grey, (value) => Math.max(0, Math.min(255, Math.round((255 * (value - low)) / (high - low)))));
  return { nx: sx, ny: sy, nz: sz, voxelMicrometre: voxel * 1e6 * step, low, high, unit, bytes: Buffer.from(bytes).toString("base64") };
}
