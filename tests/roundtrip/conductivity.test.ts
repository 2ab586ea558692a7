/** Pellets of the virtual laboratory as a study: σ at 25 °C and both activation energies of every sample, a temperature that was never measured, what must be declared. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Story } from "@thioscope/core/story";
import { readStory, readStudy, runStudy } from "@thioscope/study";
import { LABS } from "@thioscope/virtual";
import { expect, test } from "vitest";

test("a study over pellets: σ within its error of the truth, E_a of σ and σT, the line over temperatures; thickness is asked for", async () => {
  const folder = mkdtempSync(join(tmpdir(), "thioscope-pellets-"));
  try {
    const { files, truth } = LABS["ntsc-electrolyte"]!.campaign(3);
    for (const file of files.filter(({ path }) => path.startsWith("raw/pellets/"))) {
      mkdirSync(dirname(join(folder, file.path)), { recursive: true });
      writeFileSync(join(folder, file.path), await file.bytes());
    }
    const yaml = (thickness: string): string =>
      `title: Pellets\nsources:\n  pellets: { kind: pellets, files: "raw/pellets/*.mpt", diameter: 10 mm${thickness} }\nsteps:\n  - conductivity: { circuit: "L0-R1-p(R2,CPE2)-CPE3", counted: [R1, R2] }\n  - story\n`;
    writeFileSync(join(folder, "study.yaml"), yaml(", thickness: 0.62 mm ± 0.006 mm"));
    const { index } = await runStudy(await readStudy(folder));
    expect(index.sources[0]!.errors).toEqual([]);
    const [part] = (JSON.parse((await readStory(folder))!) as Story).parts;
    if (part?.kind !== "conductivity") throw new Error("no part");
    expect(part.samples.map(({ name, x }) => [name, x])).toEqual([
      ["x0.25", 0.25],
      ["x0.50", 0.5],
      ["x0.75", 0.75],
      ["x1.00", 1],
    ]);
    // one of 40 was never measured
    expect(part.spectra).toHaveLength(39);
    const trueValue = (key: string): number => truth.find((one) => one.key === key)!.value;
    for (const { name, conductivity, activation, activationHopping, line } of part.samples) {
      if (!("value" in conductivity && "value" in activation && "value" in activationHopping)) throw new Error(`${name} has no answer`);
      // the declared thickness is good to 1 %, the pellets' temperatures to 0.15 K
      expect(Math.abs(conductivity.value / trueValue(`sigma-25C-${name}`) - 1)).toBeLessThan(0.04);
      expect(conductivity.sigma! / conductivity.value).toBeGreaterThan(0.009);
      expect(Math.abs(activation.value - trueValue(`activation-${name}`))).toBeLessThan(0.005);
      // the two forms differ by kT of the mean temperature, 320 K
      expect(activationHopping.value - activation.value).toBeCloseTo(0.0276, 3);
      expect(line!.value).toHaveLength(33);
    }
    writeFileSync(join(folder, "study.yaml"), yaml(""));
    expect(String(await runStudy(await readStudy(folder)).catch(String))).toMatch(/no file of spectra tells it: thickness/);
    writeFileSync(join(folder, "study.yaml"), yaml(', thickness: "x0.25 = 0.6 mm"'));
    expect(String(await runStudy(await readStudy(folder)).catch(String))).toMatch(/sample x0\.50 has none/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
