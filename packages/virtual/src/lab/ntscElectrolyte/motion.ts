/**
 * Runs of molecular dynamics of the glass NaTaCl5S0.5 at four temperatures and of NaTaCl6 at one, whose diffusivity is known.
 *
 * Sodium on half of the sites of a cubic lattice; neighbouring sites exchange what they hold at random times (the stirring process: no site holds two ions, and
 * each ion by itself is a simple random walk), so that with Γ exchanges of an ion per time D = Γ a²/6 exactly. The framework stands on the centres of
 * faces (Cl, S) and cubes (Ta) of the lattice; in the glass it is displaced, and sulfur leans towards a sodium site.
 *
 * Effects: exchanges instead of Brownian steps (of two ions that exchange both move at once: they are not independent, and errors that take them so are too
 * small), positions on the way while an ion hops, vibrations that remember, static disorder, a drift of everything,
 * coordinates rounded to what XDATCAR holds.
 */
import { type Random, random } from "@thioscope/core";
import { writeXdatcar } from "@thioscope/formats";
import type { LabFile, LabTruth } from "../campaign.ts";
import type { NtscModel } from "./model.ts";

const K_EV = 8.617333262e-5;
const SITES = 4;
const FRAMES = 300;
/** the study declares it as the time step */
const INTERVAL_FS = 300;
const GLASS_KELVIN = [600, 800, 1000, 1200] as const;
/** NaTaCl6 at 1000 K has this share of the glass's diffusivity (assumed). */
const CRYSTAL = { kelvin: 1000, share: 0.3 };

interface Lattice {
  /** Å */
  edge: number;
  /** cm²/s */
  D: number;
  kelvin: number;
  glass: boolean;
}

type Point = [number, number, number];

/** Corners of the lattice's cubes shifted by a fraction of it. */
const shifted = ([x, y, z]: readonly [number, number, number]): Point[] =>
  Array.from({ length: SITES ** 3 }, (_, k) => [(k % SITES) + x, (Math.floor(k / SITES) % SITES) + y, Math.floor(k / SITES ** 2) + z]);

function shuffled<T>(list: T[], draw: Random): T[] {
  for (let i = list.length - 1; i > 0; i--) {
    const j = draw.integer(i + 1);
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
  return list;
}

/** Å from a sodium site at which an anion stands that leans towards it */
const LEANS = { S: 2.85, Cl: 2.9 };

function framework({ edge, glass }: Lattice, draw: Random): { species: string[]; places: Point[] } {
  const faces = shuffled([...shifted([0.5, 0.5, 0]), ...shifted([0.5, 0, 0.5]), ...shifted([0, 0.5, 0.5])], draw);
  const tantalum = shuffled(shifted([0.5, 0.5, 0.5]), draw).slice(0, SITES ** 3 / 2);
  const sulfur = glass ? SITES ** 3 / 4 : 0;
  const chlorine = (glass ? 5 : 6) * (SITES ** 3 / 2);
  const species = [...Array<string>(tantalum.length).fill("Ta"), ...Array<string>(chlorine).fill("Cl"), ...Array<string>(sulfur).fill("S")];
  const places = [...tantalum, ...faces.slice(0, chlorine + sulfur)].map((point, k): Point => {
    const kind = species[k]!;
    const leans = kind === "S" || (kind === "Cl" && !glass);
    const by = leans ? 1 - LEANS[kind as "S" | "Cl"] / (edge * Math.SQRT1_2) : 0;
    const signs = point.map(() => (draw.uniform() < 0.5 ? -0.5 : 0.5));
    // along the diagonal of its face, towards one of the four sites
    return point.map((c, d) => {
      const inFace = c % 1 !== 0;
      return edge * (c + (inFace ? by * signs[d]! : 0)) + (glass ? 0.12 : 0.03) * draw.normal();
    }) as Point;
  });
  return { species, places };
}

function trajectory(lattice: Lattice, seed: string): string {
  const { edge, D, kelvin } = lattice;
  const draw = random(`motion ${seed}`);
  const { species, places } = framework(lattice, draw.fork("framework"));
  const count = SITES ** 3;
  const ions = count / 2;
  const occupant = shuffled(
    Array.from({ length: count }, (_, k) => (k < ions ? k : -1)),
    draw,
  );
  const home = shifted([0, 0, 0]);
  // where each ion is in whole steps, followed over the boundaries; and where it came from in this frame
  const at = Array.from({ length: ions }, (_, ion) => [...home[occupant.indexOf(ion)]!] as Point);
  const before = at.map((p) => [...p] as Point);
  const stir = draw.fork("stir");
  let occupied = [...occupant];
  const siteOf = (point: Point): number => point.reduce((sum, c, d) => sum + (((c % SITES) + SITES) % SITES) * SITES ** d, 0);
  // D in Å²/ps is 1e4 times that in cm²/s; each of three bonds per site exchanges at Γ/6
  const gamma = (6 * D * 1e4) / (edge * edge);
  const exchanges = (3 * count * gamma * INTERVAL_FS) / 6000;
  const atoms = ions + places.length;
  const shake = new Float64Array(3 * atoms);
  const vibration = 0.15 * Math.sqrt(kelvin / 1000);
  const cell = Float64Array.of(SITES * edge, 0, 0, 0, SITES * edge, 0, 0, 0, SITES * edge);
  const names = [...Array<string>(ions).fill("Na"), ...species];
  let text = "";
  for (let t = 0; t < FRAMES; t++) {
    const positions = new Float64Array(3 * atoms);
    // into a site that was empty an ion is seen on its way in one frame of two
    const seen = at.map((to, i) => {
      const from = before[i]!;
      if (to.every((c, d) => c === from[d]) || occupied[siteOf(to)]! >= 0 || stir.uniform() < 0.5) return to;
      const part = stir.uniform();
      return to.map((c, d) => from[d]! + part * (c - from[d]!));
    });
    for (let k = 0; k < 3 * atoms; k++) {
      shake[k] = 0.3 * shake[k]! + Math.sqrt(1 - 0.09) * vibration * draw.normal();
      const i = Math.floor(k / 3);
      const d = k % 3;
      const rest = i < ions ? edge * seen[i]![d]! : places[i - ions]![d]!;
      positions[k] = rest + shake[k]! + (d === 0 ? 0.003 * t : 0);
    }
    text += writeXdatcar({ species: names, positions, cell, step: t, timeFs: t * INTERVAL_FS }, t, t === 0);
    for (const [i, p] of at.entries()) before[i] = [...p];
    occupied = [...occupant];
    for (let n = poisson(exchanges, stir); n > 0; n--) {
      const a = stir.integer(count);
      const axis = stir.integer(3);
      const stride = SITES ** axis;
      const b = Math.floor(a / stride) % SITES === SITES - 1 ? a - (SITES - 1) * stride : a + stride;
      if (occupant[a]! >= 0) at[occupant[a]!]![axis]! += 1;
      if (occupant[b]! >= 0) at[occupant[b]!]![axis]! -= 1;
      [occupant[a], occupant[b]] = [occupant[b]!, occupant[a]!];
    }
  }
  return text;
}

/** Many events: normal beyond what the product of uniforms can hold. */
function poisson(mean: number, draw: Random): number {
  if (mean > 200) return Math.max(0, Math.round(mean + Math.sqrt(mean) * draw.normal()));
  const limit = Math.exp(-mean);
  let k = 0;
  for (let product = draw.uniform(); product > limit; product *= draw.uniform()) k++;
  return k;
}

const diffusivity = ({ diffusion }: NtscModel, kelvin: number): number =>
  diffusion.at1000 * Math.exp((-diffusion.activationElectronvolt / K_EV) * (1 / kelvin - 1 / 1000));

export function motionFiles(model: NtscModel): LabFile[] {
  const file = (path: string, lattice: Lattice): LabFile => ({
    path,
    bytes: () => new TextEncoder().encode(trajectory(lattice, `${model.seed} ${path}`)),
  });
  return [
    ...GLASS_KELVIN.map((kelvin) =>
      file(`raw/md-glass/NTSC_${kelvin}K.XDATCAR`, { edge: model.hop.NTSC, D: diffusivity(model, kelvin), kelvin, glass: true }),
    ),
    file(`raw/md-crystal/NTC_${CRYSTAL.kelvin}K.XDATCAR`, {
      edge: model.hop.NaTaCl6,
      D: CRYSTAL.share * diffusivity(model, CRYSTAL.kelvin),
      kelvin: CRYSTAL.kelvin,
      glass: false,
    }),
  ];
}

export function motionTruth(model: NtscModel): LabTruth[] {
  return [
    ...GLASS_KELVIN.map((kelvin) => ({
      key: `D-${kelvin}K`,
      what: `diffusivity of Na in the glass at ${kelvin} K`,
      value: diffusivity(model, kelvin),
      unit: "cm2/s",
    })),
    { key: "activation-motion", what: "activation energy of that diffusivity", value: model.diffusion.activationElectronvolt, unit: "eV" },
    { key: "hop-NTSC", what: "length of a hop of Na in the glass", value: model.hop.NTSC, unit: "Å" },
    {
      key: "D-crystal",
      what: `diffusivity of Na in NaTaCl6 at ${CRYSTAL.kelvin} K`,
      value: CRYSTAL.share * diffusivity(model, CRYSTAL.kelvin),
      unit: "cm2/s",
    },
  ];
}
