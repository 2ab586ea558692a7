/**
 * What one count of current is worth in the formats that store counts. The record names the channel's range:
 * positive ranges in mA, negative ones are a second family with ten times finer counts. Capacity and energy
 * counts use the same factor (× s, × V·s).
 */

/** |range| below `below` → mA per count; families by the sign of the range. */
const POSITIVE: readonly { below: number; milliampere: number }[] = [
  { below: 10, milliampere: 1e-4 },
  { below: 100, milliampere: 1e-3 },
  { below: 1000, milliampere: 1e-2 },
  { below: 1e6, milliampere: 1e-1 },
];
const NEGATIVE: readonly { below: number; milliampere: number }[] = [
  { below: 10, milliampere: 1e-5 },
  { below: 100, milliampere: 1e-4 },
  { below: 1000, milliampere: 1e-3 },
  { below: 1e6, milliampere: 1e-2 },
];

/** Ampere per count for a range code; NaN for codes that are not known. */
export function amperePerCount(range: number): number {
  if (range === 0) return Number.NaN;
  const family = range > 0 ? POSITIVE : NEGATIVE;
  const row = family.find(({ below }) => Math.abs(range) < below);
  return row ? row.milliampere / 1000 : Number.NaN;
}
