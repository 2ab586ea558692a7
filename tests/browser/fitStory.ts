/** A story of the fits that need files of their own: photoelectrons, scattering paths of a structure, a refinement; by the product's own steps. */
import { phaseStructure, powderLines } from "@thioscope/core/crystal";
import { currentStory, type PartOf, type Story } from "@thioscope/core/story";
import { readStory, readStudy, runStudy } from "@thioscope/study";
import { virtualExafs, virtualPowder, virtualXps, writeVamas } from "@thioscope/virtual";
import { COPPER } from "../copper.ts";
import { testStudy } from "../studies.ts";

const YAML = `title: fits
sources:
  surface: { files: raw/cell.vms, kind: photoelectrons }
  metal: { files: raw/metal.dat, kind: exafs, structure: raw/copper.cif }
  mixture: { files: raw/mixture*.xy, kind: powder }
steps:
  - xps: { components: ["sulfide=161.6", "S8=164"] }
  - xas.paths: { site: Cu, r_from: 1.5, r_to: 2.8 }
  - powder: { phases: [Na2S, Na3PS4], from: 18, to: 70 }
  - story
`;

const WAVELENGTH = 1.5406;

function mixture(seed: string, share: number): string {
  const lines = (["Na2S", "Na3PS4"] as const).flatMap((name, k) => {
    const found = powderLines(phaseStructure(name), { wavelengthAngstrom: WAVELENGTH, twoThetaMaxDegree: 72 }).lines.map(
      ({ d, integrated }) => ({ d: d.value, strength: "value" in integrated ? integrated.value : 0 }),
    );
    const top = Math.max(...found.map(({ strength }) => strength));
    return found.map(({ d, strength }) => ({
      twoTheta: (360 / Math.PI) * Math.asin(WAVELENGTH / (2 * d)),
      area: (600 * (k === 0 ? share : 1 - share) * strength) / top,
    }));
  });
  const { twoTheta, counts } = virtualPowder({ lines, range: [18, 70], step: 0.04, gauss: 0.03, lorentz: 0.03, background: 60, seed });
  return Array.from(twoTheta, (at, i) => `${at.toFixed(3)} ${counts[i]!}`).join("\n");
}

/** Parts in the order of the steps: photoelectrons, paths, refinement. */
export async function fitParts(): Promise<PartOf<"spectroscopy">[]> {
  const xps = virtualXps({
    seed: "fits",
    lines: [
      [161.6, 1.1, 1600],
      [162.78, 1.1, 800],
      [164, 1.1, 800],
      [165.18, 1.1, 400],
    ],
    range: [155, 175],
  });
  const metal = virtualExafs("metal", 8979, [{ apparent: 2.2, count: 12, sigma2: 0.0085, amplitudeAt: 6 }], 13, 0.0005, "fits");
  const files = {
    "raw/cell.vms": writeVamas([{ name: "S 2p", x: xps.x, counts: xps.y, photon: xps.photon }]),
    "raw/metal.dat": ["# energy mu", ...Array.from(metal.energy, (e, i) => `${e.toFixed(3)} ${metal.mu[i]!.toFixed(7)}`), ""].join("\n"),
    "raw/copper.cif": COPPER,
    "raw/mixture1.xy": mixture("one", 0.6),
    "raw/mixture2.xy": mixture("two", 0.3),
  };
  const { root, remove } = await testStudy(files, YAML);
  try {
    const { index } = await runStudy(await readStudy(root));
    const [failed] = index.sources.flatMap(({ errors }) => errors);
    if (failed) throw new Error(JSON.stringify(failed));
    const story = currentStory(JSON.parse((await readStory(root))!) as Story);
    return story.parts.filter((part) => part.kind === "spectroscopy");
  } finally {
    await remove();
  }
}
