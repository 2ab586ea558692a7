/**
 * Lines of the phases in the scanned cell: cells, indices and relative intensities as data, apart from the tables that analysis uses. Cells and intensities of Na2S and
 * Na2S2 after the Materials Project (mp-648 with the measured cell, mp-409), of S8 after its structure (Rettig & Trotter 1987), rounded; those of cubic Na3PS4 and
 * Na15Sn4 are assumed. Elastic constants: isotropic, from E and ν.
 */
export interface VirtualCrystal {
  readonly name: string;
  /** Å */
  readonly cell: { readonly system: "orthogonal" | "hexagonal"; readonly a: number; readonly b: number; readonly c: number };
  /** h, k, l, height relative to 100 */
  readonly lines: readonly (readonly [h: number, k: number, l: number, intensity: number])[];
  /** GPa */
  readonly young: number;
  readonly poissonRatio: number;
  /** relative scatter of a ring's brightness from degree to degree, and share of degrees with a bright spot */
  readonly grains: number;
  readonly spots: number;
  /** counts at the crest of a line of 100 where the phase fills the beam */
  readonly crest: number;
}

const cubic = (a: number) => ({ system: "orthogonal", a, b: a, c: a }) as const;

export const BEAMTIME_CRYSTALS = {
  Na2S: {
    name: "Na2S",
    cell: cubic(6.538),
    lines: [
      [1, 1, 1, 42],
      [2, 0, 0, 4],
      [2, 2, 0, 100],
      [3, 1, 1, 19],
      [4, 0, 0, 18],
      [3, 3, 1, 9],
      [4, 2, 2, 36],
      [3, 3, 3, 7],
    ],
    young: 46.9,
    poissonRatio: 0.22,
    grains: 0.08,
    spots: 0,
    crest: 420,
  },
  Na2S2: {
    name: "Na2S2",
    cell: { system: "hexagonal", a: 7.685, b: 7.685, c: 5.391 },
    lines: [
      [1, 0, 1, 9],
      [1, 1, 0, 70],
      [1, 1, 1, 72],
      [2, 0, 1, 15],
      [2, 1, 1, 9],
      [3, 0, 0, 100],
      [1, 1, 2, 93],
      [2, 2, 1, 14],
      [2, 2, 2, 31],
      [4, 1, 2, 32],
    ],
    young: 34.2,
    poissonRatio: 0.29,
    grains: 0.08,
    spots: 0,
    crest: 300,
  },
  S8: {
    name: "S8",
    cell: { system: "orthogonal", a: 10.465, b: 12.866, c: 24.486 },
    lines: [
      [1, 1, 3, 15],
      [2, 2, 2, 100],
      [0, 2, 6, 40],
      [3, 1, 1, 24],
      [2, 0, 6, 26],
      [3, 1, 3, 23],
      [1, 3, 5, 17],
      [0, 4, 4, 20],
      [3, 5, 7, 22],
    ],
    young: 15,
    poissonRatio: 0.3,
    grains: 0.4,
    spots: 0.01,
    crest: 120,
  },
  "c-Na3PS4": {
    name: "c-Na3PS4",
    cell: cubic(7),
    lines: [
      [1, 1, 0, 90],
      [2, 0, 0, 8],
      [2, 1, 1, 100],
      [2, 2, 0, 70],
      [3, 1, 0, 20],
      [2, 2, 2, 25],
      [3, 2, 1, 14],
      [4, 0, 0, 10],
      [4, 2, 0, 26],
    ],
    young: 20,
    poissonRatio: 0.3,
    grains: 0.08,
    spots: 0,
    crest: 480,
  },
  Na15Sn4: {
    name: "Na15Sn4",
    cell: cubic(13.14),
    lines: [
      [2, 1, 1, 22],
      [2, 2, 0, 30],
      [3, 1, 0, 12],
      [3, 2, 1, 10],
      [3, 3, 2, 60],
      [4, 2, 2, 80],
      [4, 3, 1, 100],
      [5, 2, 1, 30],
      [4, 4, 0, 45],
      [5, 3, 2, 20],
      [6, 1, 1, 25],
    ],
    young: 20,
    poissonRatio: 0.3,
    grains: 0.25,
    spots: 0.01,
    crest: 500,
  },
} as const satisfies Record<string, VirtualCrystal>;

export type BeamtimePhase = keyof typeof BEAMTIME_CRYSTALS;

/** 1/d, 1/Å. */
export function inverseSpacing({ system, a, b, c }: VirtualCrystal["cell"], h: number, k: number, l: number): number {
  const inPlane = system === "hexagonal" ? (4 * (h * h + h * k + k * k)) / (3 * a * a) : (h / a) ** 2 + (k / b) ** 2;
  return Math.sqrt(inPlane + (l / c) ** 2);
}
