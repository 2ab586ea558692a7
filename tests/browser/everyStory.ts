/** A story that fills every panel and every view: virtual instruments taken through the product's own steps. */
import { buildStory, currentStory, type Part, type Story } from "@thioscope/core/story";
import { sourceOfBlob } from "@thioscope/formats";
import { lookForQuick, quickRun } from "@thioscope/study/quick";
import { trajectoryText, virtualPointSet, virtualRaman, virtualTrajectory, virtualXanes, writeRamanText } from "@thioscope/virtual";
import { beamtimeStory } from "./beamtimeStory.ts";
import { cellModelPicture } from "./cellModelStory.ts";
import { depositionPicture } from "./depositionStory.ts";
import {
  compositionPicture,
  potentialStepsPicture,
  SODIUM_CELL,
  symmetricPicture,
  temperaturesPicture,
  titrationPicture,
  voltammetryPicture,
} from "./electrochemistryStories.ts";
import { evidenceParts } from "./evidenceStory.ts";
import { fitParts } from "./fitStory.ts";
import { imagingStory } from "./imagingStory.ts";
import { syntheticSpectra, syntheticStory } from "./syntheticStory.ts";
import { thermoPicture } from "./thermoStory.ts";

const SILENT = { progress: () => undefined };

/** Files of one kind as they are dropped on the page. */
async function dropped(
  kind: Parameters<typeof lookForQuick>[1],
  files: readonly [name: string, text: string][],
  changes = {},
): Promise<Part[]> {
  const taken = await Promise.all(
    files.map(async ([name, text]) => {
      const source = sourceOfBlob(name, new Blob([text]));
      return { file: { source, hash: null }, found: await lookForQuick(source, kind, SILENT) };
    }),
  );
  const { parts, failures } = await quickRun(taken, { source: {}, step: {}, ...changes }, SILENT);
  if (failures[0]) throw failures[0].error;
  return [...parts];
}

function ramanFiles(): [string, string][] {
  return [7000, 5000, 3000].map((height, k) => {
    const { x, y } = virtualRaman({
      seed: `every ${k}`,
      bands: [
        [153, 5, 8000],
        [219, 5, 9000],
        [474, 6, height],
      ],
    });
    return [`spot_${k + 1}.txt`, writeRamanText(`spot ${k + 1}`, x, y)];
  });
}

function absorptionFiles(): [string, string][] {
  return [1, 2, 3].map((k) => {
    const lines = [{ at: 2472.6, area: 2 + k / 2, width: 0.4 }];
    const { energy, mu } = virtualXanes({ name: `s${k}`, edge: 2473, coreHole: 0.6, lines }, 0.2, 0.002, 0.3, `${k}`);
    const rows = Array.from(energy, (e, i) => `${e.toFixed(3)}  ${mu[i]!.toFixed(6)}`).join("\n");
    return [
      `scan_${k}.xdi`,
      `# XDI/1.0\n# Column.1: energy eV\n# Column.2: mutrans\n# Element.symbol: S\n# Element.edge: K\n#----\n${rows}\n`,
    ];
  });
}

function pointsFile(): string {
  const { points } = virtualPointSet({}, "every");
  return Array.from({ length: points.length / 3 }, (_, i) => Array.from(points.subarray(3 * i, 3 * i + 3)).join(",")).join("\n");
}

/** Parts of every area but diffraction, which needs files. */
async function ownParts(): Promise<Part[]> {
  const trajectory = trajectoryText(virtualTrajectory({ frames: 60 }, "every"), "xdatcar");
  return [
    ...(await dropped("raman", ramanFiles())),
    ...(await dropped("absorption", absorptionFiles())),
    ...(await dropped("trajectory", [["600K.XDATCAR", trajectory]], { source: { trajectory: { timestep: "50 fs" } } })),
    ...(await dropped("points", [["points.csv", `${pointsFile()}\n`]])),
  ];
}

/** Files of cyclers: two cells side by side, and one of each special measurement. */
async function cyclers(): Promise<Story["files"]> {
  const cell = syntheticStory(6).files;
  const other = syntheticStory(12).files.map((file) => ({ ...file, name: "second.mpr", hash: null }));
  const special = [
    await voltammetryPicture(),
    await titrationPicture(),
    await potentialStepsPicture(),
    await temperaturesPicture(),
    await symmetricPicture(),
    await compositionPicture(SODIUM_CELL),
  ].flatMap(({ files }) => files);
  const before = [...cell, ...other, ...special];
  const place = before.length;
  const spectra = syntheticSpectra(6).files.map((file) => ({
    ...file,
    impedance: file.impedance && {
      ...file.impedance,
      spectra: file.impedance.spectra.map((s) => ({ ...s, rows: { ...s.rows, file: place } })),
    },
  }));
  return [...before, ...spectra];
}

/** @param beam options of the virtual beam time */
export async function everyStory(beam: readonly string[]): Promise<Story> {
  const operando = beamtimeStory(beam);
  const parts = [
    ...operando.parts,
    ...(await imagingStory()).parts,
    ...(await ownParts()),
    ...(await fitParts()),
    ...(await thermoPicture("[Na3PS4, Na3SbS4]")).parts,
    ...(await cellModelPicture()).parts.map((part) => ({ ...part, run: null })),
    ...depositionPicture({ radius: "10 µm" }).parts,
    ...evidenceParts(),
  ];
  const { cell, provenance } = syntheticStory(6);
  const files = [...(await cyclers()), ...operando.files];
  return currentStory(buildStory({ title: "Every panel", cell, files, parts, provenance }));
}
