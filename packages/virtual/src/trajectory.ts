/**
 * Trajectories whose diffusivity, jump length, Haven ratio and sites are known.
 *
 * Ions hop on a simple cubic lattice of sites in a cell of any shape: m ions that share a number hop together, at random times (Poisson), to one of six
 * neighbours, so that
 *   D = Γ a²/6,   D_charge = m D,   Haven ratio = 1/m.
 * Effects that the analysis does not model: hops instead of Brownian steps (rare, not Gaussian), vibrations that remember (autoregressive over several
 * frames), a cell that breathes, a drift of everything, coordinates that are wrapped into the cell and rounded to what the file holds, a second species that
 * stays. Ions do not exclude one another.
 */
import { random, ThioscopeError } from "@thioscope/core";
import { type WritableAtoms, writeExtxyz, writeXdatcar } from "@thioscope/formats";

export interface TrajectoryRecipe {
  /** sites along each axis; ions sit on every second site at first */
  sites: number;
  /** Å between neighbouring sites */
  jumpAngstrom: number;
  ions: number;
  /** ions that hop together */
  together: number;
  /** hops per ion and ps */
  ratePerPs: number;
  frames: number;
  intervalFs: number;
  /** standard deviation of the vibration along each axis, Å */
  vibrationAngstrom: number;
  /** shear of the cell: the second axis leans by this times its length */
  shear: number;
  /** relative amplitude of the breathing of the axes */
  breathing: number;
  /** Å per frame along x, of everything */
  driftAngstrom: number;
  /** atoms that stay, species by species; as many Cl as there are ions where none are named */
  framework: readonly (readonly [species: string, count: number])[];
}

export const VIRTUAL_TRAJECTORY: TrajectoryRecipe = {
  sites: 6,
  jumpAngstrom: 3,
  ions: 60,
  together: 1,
  ratePerPs: 0.5,
  frames: 500,
  intervalFs: 50,
  vibrationAngstrom: 0.15,
  shear: 0.3,
  breathing: 0.005,
  driftAngstrom: 0.004,
  framework: [],
};

export interface VirtualTrajectory {
  readonly frames: readonly (WritableAtoms & { cell: Float64Array })[];
  readonly recipe: TrajectoryRecipe;
  /** cm²/s */
  readonly D: number;
  readonly haven: number;
  /** hops that happened, over all ions */
  readonly hops: number;
}

/** How much of the last frame's vibration is left in the next. */
const MEMORY = 0.3;

/** INVALID_INPUT for recipes whose numbers are no counts or not above zero. */
export function virtualTrajectory(change: Partial<TrajectoryRecipe> = {}, seed: number | string = "trajectory"): VirtualTrajectory {
  const recipe = { ...VIRTUAL_TRAJECTORY, ...change };
  const { sites, jumpAngstrom: a, ions, together, ratePerPs, frames, intervalFs } = recipe;
  if (
    ![sites, ions, together, frames].every((n) => Number.isInteger(n) && n >= 1) ||
    ions % together !== 0 ||
    !(a > 0 && ratePerPs >= 0 && intervalFs > 0)
  ) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `${ions} ions, ${together} together, ${sites} sites, ${frames} frames: whole numbers, the ions in whole groups`,
    );
  }
  const draw = random(seed);
  const edge = sites * a;
  const groups = ions / together;
  // framework: half a lattice step away from the sites
  const staying = recipe.framework.length > 0 ? recipe.framework : [["Cl", ions] as const];
  const stay = staying.reduce((sum, [, count]) => sum + count, 0);
  const still = Array.from({ length: stay }, (_, k) => [0, 1, 2].map((d) => (Math.floor(k / sites ** d) % sites) * a + a / 2));
  const place = Array.from({ length: ions }, () => [0, 1, 2].map(() => draw.integer(sites) * a));
  const all = 3 * (ions + stay);
  const shake = new Float64Array(all);
  const species = [...Array<string>(ions).fill("Na"), ...staying.flatMap(([one, count]) => Array<string>(count).fill(one))];
  const made: (WritableAtoms & { cell: Float64Array })[] = [];
  let hops = 0;
  const chance = (ratePerPs * intervalFs) / 1000;
  for (let t = 0; t < frames; t++) {
    const scale = 1 + recipe.breathing * Math.sin((2 * Math.PI * t) / 97);
    const cell = Float64Array.of(edge, 0, 0, recipe.shear * edge, edge, 0, 0, 0, edge).map((x) => x * scale);
    const positions = new Float64Array(all);
    for (let k = 0; k < all; k++) {
      shake[k] = MEMORY * shake[k]! + Math.sqrt(1 - MEMORY ** 2) * recipe.vibrationAngstrom * draw.normal();
      const rest = k < 3 * ions ? place[Math.floor(k / 3)]![k % 3]! : still[Math.floor(k / 3) - ions]![k % 3]!;
      positions[k] = rest * scale + shake[k]! + (k % 3 === 0 ? recipe.driftAngstrom * t : 0);
    }
    made.push({ species, positions, cell, step: t, timeFs: t * intervalFs });
    for (let g = 0; g < groups; g++) {
      for (let hop = poisson(chance, () => draw.uniform()); hop > 0; hop--) {
        const axis = draw.integer(3);
        const way = draw.integer(2) === 0 ? a : -a;
        for (let m = 0; m < together; m++) place[g * together + m]![axis]! += way;
        if (t < frames - 1) hops += together;
      }
    }
  }
  // Å²/ps in cm²/s
  return { frames: made, recipe, D: (ratePerPs * a * a * 1e-4) / 6, haven: 1 / together, hops };
}

/** Few events in a short time (D. Knuth, The Art of Computer Programming 2, 3.4.1). */
function poisson(mean: number, uniform: () => number): number {
  const limit = Math.exp(-mean);
  let k = 0;
  for (let product = uniform(); product > limit; product *= uniform()) k++;
  return k;
}

/** The trajectory as a file: XDATCAR with a header before every frame, or extended XYZ. */
export function trajectoryText({ frames }: VirtualTrajectory, format: "xdatcar" | "extxyz"): string {
  return frames.map((frame, k) => (format === "extxyz" ? writeExtxyz(frame) : writeXdatcar(frame, k, true))).join("");
}
