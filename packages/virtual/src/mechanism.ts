/**
 * A virtual campaign over one discharge with a random mechanism: what coulometry, diffraction, absorption and a surface probe would give, with the amounts that were there.
 *
 * Sulfur passes through mixtures of species: each mixture holds one main species and a random part of others, follows the one before over a random stretch of charge, and takes
 * up more electrons than it. Random are which species occur, whether Na₂S₂ is skipped, how much stays behind, the amorphous share of each species (0–60 %) and the electrolyte's
 * share of the charge (0–30 %).
 *
 * Not known to the analysis: the electrolyte's share grows over the discharge; diffraction has an error of texture that is common to all intensities of one species over neighbouring
 * scans; weights of absorption have the error of the normalisation in common; amorphous shares drift; amounts bend where the analysis has no grid point.
 */
import { type Random, random } from "@thioscope/core";

/** As `Observation` of the analysis, written out so that nothing is shared. */
export interface MechanismObservation {
  probe: string;
  kind: "crystalline" | "weight" | "electrolyte" | "amount" | "chain";
  species: readonly string[];
  at: { value: number; sigma: number; unit: string };
  value: number;
  sigma: number;
}

export interface MechanismCampaign {
  observations: readonly MechanismObservation[];
  scales: readonly { probe: string; species: string; scale: { value: number; sigma: number } }[];
  chargeError: number;
  electrolyteSulfur: { value: number; sigma: number };
  truth: MechanismTruth;
}

export interface MechanismTruth {
  species: readonly string[];
  /** after which charge, electrons per atom of sulfur in all, the electrolyte's among them */
  charge: Float64Array;
  /** point by point, species by species */
  total: Float64Array;
  crystalline: Float64Array;
  electrolyteShare: Float64Array;
  electrolyteSulfur: number;
  /** the probe into which an error was put; null where all are right */
  wrong: string | null;
}

const SPECIES = ["S8", "Na2S6-8", "Na2S5", "Na2S4", "Na2S3", "Na2S2", "Na2S"] as const;
const ELECTRONS = [0, 2 / 7, 0.4, 0.5, 2 / 3, 1, 2];
const LENGTHS = [0, 7, 5, 4, 3, 2, 0];
/** What diffraction can see. */
const DIFFRACTS = [true, false, true, true, false, true, true];
const FINE = 401;

export interface MechanismOptions {
  absorption?: boolean;
  surface?: boolean;
  /** an error of this probe: its files in the wrong order, or for coulometry the mass of another cell */
  wrong?: "XRD" | "XAS" | "Raman" | "coulometry";
}

export function mechanismCampaign(
  seed: number | string,
  { absorption = true, surface = true, wrong }: MechanismOptions = {},
): MechanismCampaign {
  const draw = random(`mechanism ${seed}`);
  const course = randomCourse(draw);
  const { progress, total, crystalline } = course;
  const K = SPECIES.length;
  // electrons that the sulfur holds, and the charge with the electrolyte's share of it
  const held = progress.map((_, i) => ELECTRONS.reduce((sum, x, k) => sum + x * total[i * K + k]!, 0));
  const shareAtEnd = 0.3 * draw.uniform();
  const growth = 0.9 + 0.1 * draw.uniform();
  const electrolyteShare = held.map((_, i) => shareAtEnd * (growth + (1 - growth) * progress[i]!));
  const charge = held.map((x, i) => x / (1 - electrolyteShare[i]!));
  const end = charge.at(-1)!;
  const at = (q: number, list: Float64Array, k: number): number => {
    let i = 1;
    while (i < FINE - 1 && charge[i]! < q) i++;
    const width = charge[i]! - charge[i - 1]!;
    const t = width > 0 ? Math.min(1, Math.max(0, (q - charge[i - 1]!) / width)) : 0;
    return list[(i - 1) * K + k]! * (1 - t) + list[i * K + k]! * t;
  };
  const electrolyteSulfur = 0.4 + 0.3 * draw.uniform();
  const observations: MechanismObservation[] = [];
  const chargeError = 0.01;
  // the balance is off by the mass of sulfur, all of it alike
  const massError = (1 + chargeError * draw.normal()) * (wrong === "coulometry" ? 0.6 : 1);
  // a wrong probe: its files are in the order of their names, which run against the charge
  const shown = (probe: string, q: number): number => (probe === wrong ? end - q : q);
  const put = (
    probe: string,
    kind: MechanismObservation["kind"],
    species: readonly string[],
    q: number,
    clock: number,
    value: number,
    sigma: number,
  ): void => {
    observations.push({ probe, kind, species, at: { value: shown(probe, q) * massError, sigma: clock, unit: "1" }, value, sigma });
  };
  // diffraction: scans all along, each species with an error that its neighbours share
  const scales = SPECIES.flatMap((id, k) => (DIFFRACTS[k] ? [{ id, k, scale: 50 + 200 * draw.uniform() }] : []));
  const scanned = 28;
  for (const { id, k, scale } of scales) {
    let texture = 0.015 * draw.normal();

    for (let s = 0; s < scanned; s++) {
      texture = 0.8 * texture + 0.6 * 0.015 * draw.normal();
      const q = (end * (s + 0.5)) / scanned;
      const c = at(q + 0.004 * draw.normal(), crystalline, k);
      const sigma = scale * Math.hypot(0.012, 0.02 * c);
      put("XRD", "crystalline", [id], q, 0.005, scale * c * (1 + texture) + scale * 0.012 * draw.normal(), sigma);
    }
  }
  if (absorption) {
    const stops = 10;
    const parts: readonly (readonly number[])[] = [[0], [1], [2, 3], [4], [5], [6]];
    for (let s = 0; s < stops; s++) {
      const q = (end * (s + 0.3 + 0.4 * draw.uniform())) / stops;
      const common = 0.01 * draw.normal();
      const amounts = SPECIES.map((_, k) => at(q + 0.01 * draw.normal(), total, k));
      for (const members of parts) {
        const n = members.reduce((sum, k) => sum + amounts[k]!, 0);
        const noise = 0.015 * draw.normal();
        put(
          "XAS",
          "weight",
          members.map((k) => SPECIES[k]!),
          q,
          0.01,
          (1 - electrolyteSulfur) * n * (1 + common) + noise,
          0.017,
        );
      }
      put("XAS", "electrolyte", [], q, 0.01, electrolyteSulfur * (1 + common) + 0.015 * draw.normal(), 0.018);
      let [chains, atoms] = [0, 0];
      for (let k = 1; k < 6; k++) {
        chains += amounts[k]! / LENGTHS[k]!;
        atoms += amounts[k]!;
      }
      if (atoms > 0.15) put("XAS", "chain", [], q, 0.01, atoms / chains + 0.25 * draw.normal(), 0.25);
    }
  }
  if (surface) {
    for (let s = 0; s < 12; s++) {
      const q = (end * (s + 0.5)) / 12;
      for (const members of [[0], [1, 2, 3]] as const) {
        const n = members.reduce<number>((sum, k) => sum + at(q, total, k), 0);
        put(
          "Raman",
          "amount",
          members.map((k) => SPECIES[k]!),
          q,
          0.01,
          n + 0.06 * draw.normal(),
          0.06,
        );
      }
    }
  }
  return {
    observations,
    scales: scales.map(({ id, scale }) => ({
      probe: "XRD",
      species: id,
      scale: { value: scale * (1 + 0.03 * draw.normal()), sigma: 0.03 * scale },
    })),
    chargeError,
    electrolyteSulfur: { value: electrolyteSulfur + 0.02 * draw.normal(), sigma: 0.02 },
    truth: {
      species: SPECIES,
      charge: charge.map((q) => q * massError),
      total,
      crystalline,
      electrolyteShare,
      electrolyteSulfur,
      wrong: wrong ?? null,
    },
  };
}

interface Course {
  /** 0 to 1 */
  progress: Float64Array;
  total: Float64Array;
  crystalline: Float64Array;
}

function randomCourse(draw: Random): Course {
  const K = SPECIES.length;
  // the mixtures that follow one another: each main species may be left out, Na2S may come early beside others
  const stages: number[][] = [];
  const remaining = 0.25 * draw.uniform();
  for (let k = 0; k < K; k++) {
    const skipped = k > 0 && k < K - 1 && draw.uniform() < 0.3;
    if (skipped) continue;
    const mix = new Array<number>(K).fill(0);
    mix[k] = 1;
    if (k > 0) {
      // unreacted sulfur, the species before, and some of what comes later
      mix[0] = remaining * draw.uniform();
      mix[k - 1] = mix[k - 1]! + 0.3 * draw.uniform();
      if (k + 1 < K) mix[k + 1] = 0.3 * draw.uniform();
      if (k + 2 < K && draw.uniform() < 0.3) mix[k + 2] = 0.2 * draw.uniform();
    }
    if (k === K - 1) mix[K - 2] = 0.7 * draw.uniform();
    const sum = mix.reduce((a, b) => a + b, 0);
    stages.push(mix.map((v) => v / sum));
  }
  const electrons = (mix: readonly number[]): number => mix.reduce((a, v, k) => a + v * ELECTRONS[k]!, 0);
  stages.sort((a, b) => electrons(a) - electrons(b));
  // stages take as long as their charge, and each is smeared into the next
  const starts = stages.map(electrons);
  const span = starts.at(-1)!;
  const smear = 0.02 + 0.1 * draw.uniform();
  const progress = Float64Array.from({ length: FINE }, (_, i) => i / (FINE - 1));
  const total = new Float64Array(FINE * K);
  const hat = 9;
  for (const [i, p] of progress.entries()) {
    // mean over a window of the course that goes straight from stage to stage; it narrows at the ends so that they stay
    const half = Math.min(smear, p, 1 - p) * span;
    for (let m = 0; m < hat; m++) {
      const x = p * span + half * ((2 * (m + 0.5)) / hat - 1);
      let s = 0;
      while (s + 2 < starts.length && starts[s + 1]! < x) s++;
      const t = Math.min(1, Math.max(0, (x - starts[s]!) / Math.max(1e-9, starts[s + 1]! - starts[s]!)));
      for (let k = 0; k < K; k++) total[i * K + k] = total[i * K + k]! + (stages[s]![k]! * (1 - t) + stages[s + 1]![k]! * t) / hat;
    }
  }
  const crystalline = new Float64Array(FINE * K);
  for (let k = 0; k < K; k++) {
    if (!DIFFRACTS[k]) continue;
    const [from, to] = [0.6 * draw.uniform(), 0.6 * draw.uniform()];
    for (let i = 0; i < FINE; i++)
      crystalline[i * K + k] = total[i * K + k]! * (1 - (0.8 * from + 0.2 * (from + (to - from) * progress[i]!)));
  }
  return { progress, total, crystalline };
}
