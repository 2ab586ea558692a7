/** The composite before cycling: thermobalance and Raman with and without LiI; and total energies of a first-principles run. */
import type { Random } from "@thioscope/core";
import { virtualBalance, virtualRaman } from "../../spectroscopy.ts";
import { writeNetzsch, writeRamanText } from "../../spectroscopyFiles.ts";
import { type LabFile, type LabTruth, textFile } from "../campaign.ts";
import { about } from "./chemistry.ts";

/** Sulfur of the composite as weighed in, %. */
const SULFUR = { plain: 36, lii: 33.84 } as const;

export function compositeFiles(seed: number, draw: Random): { files: LabFile[]; truth: LabTruth[] } {
  const files: LabFile[] = [];
  const truth: LabTruth[] = [];
  for (const cell of ["plain", "lii"] as const) {
    const sulfur = about(draw, SULFUR[cell], 0.02);
    truth.push({
      key: `sulfur-${cell}`,
      what: `sulfur of the composite ${cell === "lii" ? "with" : "without"} LiI`,
      value: sulfur,
      unit: "wt%",
    });
    const run = (): ReturnType<typeof virtualBalance> =>
      virtualBalance({
        seed: `lis ${cell} ${seed}`,
        // sulfur in two steps, the second from the pores of the carbon; the electrolyte loses a little above
        steps: [
          [262, 18, sulfur - 3],
          [345, 22, 3],
          [520, 15, 1.5],
        ],
      });
    files.push(textFile(`raw/tg/${cell}.txt`, () => writeNetzsch(`S/LGPS/CNT ${cell}`, run().milligram, run())));
    // the empty pan was run once
    if (cell === "plain")
      files.push(textFile("raw/tg/blank.txt", () => writeNetzsch("empty pan", run().milligram, { ...run(), mass: run().blank })));
    files.push(
      textFile(`raw/raman/${cell}.txt`, () => {
        const { x, y } = virtualRaman({
          seed: `lis ${cell} ${seed}`,
          bands: [
            [153, 6, 2100],
            [219, 6, 3000],
            [473, 8, 2900],
            [276, 14, 900],
            [425, 12, 2600],
          ],
          points: 700,
          offset: 1.2,
        });
        return writeRamanText(`S/LGPS/CNT ${cell}`, x, y);
      }),
    );
  }
  files.push(
    textFile("raw/raman/silicon.dat", () => {
      const { x, y } = virtualRaman({ seed: `si ${seed}`, bands: [[520.5, 4, 20_000]], range: [450, 600], points: 300, offset: 1.2 });
      return writeRamanText("silicon", x, y);
    }),
  );
  return { files, truth };
}

/** eV per atom of the elements, arbitrary zero of a pseudopotential. */
const ELEMENTS = { Li: -1.9, S: -4.13 } as const;

/** Total energies as a first-principles run tabulates them; formation energies about −1.01 and −1.59 eV per atom. No truth: the run states no error. */
export function energyFile(draw: Random): LabFile {
  const disulfide = about(draw, -1.01, 0.02);
  const sulfide = about(draw, -1.59, 0.01);
  const total = (li: number, s: number, formation: number): number => li * ELEMENTS.Li + s * ELEMENTS.S + (li + s) * formation;
  const rows = [
    ["Li", ELEMENTS.Li],
    ["S", ELEMENTS.S],
    ["Li2S2", total(2, 2, disulfide)],
    ["Li2S", total(2, 1, sulfide)],
  ] as const;
  const csv = `formula,energy (eV)\n${rows.map(([formula, energy]) => `${formula},${energy.toFixed(4)}`).join("\n")}\n`;
  return textFile("raw/dft/energies.csv", () => csv);
}
