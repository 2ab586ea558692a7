/** Photoelectrons of a source: one window of every file, its components one after the other. */
import { makeTable, type Notice, ThioscopeError, textColumn } from "@thioscope/core";
import type { Part, Sentence } from "@thioscope/core/story";
import { CHARGE_REFERENCES, chargeShift, fitXps, type XpsComponent, type XpsFit, type XpsSpectrum, xpsSpectrum } from "@thioscope/core/xps";
import { type MeasuredSpectrum, readSpectra } from "@thioscope/formats";
import type { SourceInputs } from "../../lines.ts";
import { tableToParquet } from "../../parquet.ts";
import type { StepFunction } from "../../stepModules.ts";
import { numbers } from "../applies.ts";
import { jsonBytes } from "../facts.ts";
import { named, partFiles, quantities, readFiles } from "./common.ts";
import { xpsContent } from "./contents.ts";

/** eV on either side of where the carbon line is said to be */
const CHARGE_WINDOW = 5;

function componentsOf(words: unknown): XpsComponent[] | undefined {
  if (!Array.isArray(words)) return undefined;
  return words.map((word: string) => {
    const [name, energy] = word.split("=");
    const centre = Number(energy);
    if (!name || !Number.isFinite(centre))
      throw new ThioscopeError("INVALID_INPUT", `the component "${word}" is not NAME=EV, such as sulfide=161.6`);
    return { name, centre };
  });
}

/** The narrowest region that spans the window. */
function spanning(spectra: readonly XpsSpectrum[], [low, high]: readonly [number, number]): XpsSpectrum {
  const width = ({ energy: e }: XpsSpectrum): number => e[e.length - 1]! - e[0]!;
  const [best] = spectra
    .filter(({ energy: e }) => e[0]! <= low + 0.5 && e[e.length - 1]! >= high - 0.5)
    .sort((a, b) => width(a) - width(b));
  if (best) return best;
  throw new ThioscopeError("INVALID_INPUT", `no region spans ${low} to ${high} eV of binding energy`);
}

export const xpsStep: StepFunction = async (given, parameters, io) => {
  const inputs = given as unknown as SourceInputs;
  const window = [Number(parameters.low), Number(parameters.high)] as const;
  const level = String(parameters.level);
  const components = componentsOf(parameters.components);
  const notices: Notice[] = [];
  const fits: { name: string; fit: XpsFit; other: XpsFit }[] = [];
  for (const { name, file } of await readFiles(inputs, io, readSpectra)) {
    notices.push(...named(name, file.notices));
    const regions = file.spectra.filter((s) => s.axis === "bindingEnergy" || s.axis === "kineticEnergy");
    const work = { workFunction: Number(parameters.work_function) };
    const energies = (s: MeasuredSpectrum, shift?: ReturnType<typeof chargeShift>): XpsSpectrum =>
      xpsSpectrum({ ...s, axis: s.axis === "bindingEnergy" ? "bindingEnergy" : "kineticEnergy" }, shift ? { ...work, shift } : work);
    const carbon = parameters.charge;
    const near = typeof carbon === "number" ? ([carbon - CHARGE_WINDOW, carbon + CHARGE_WINDOW] as const) : null;
    const shift = near
      ? chargeShift(
          fitXps(
            spanning(
              regions.map((s) => energies(s)),
              near,
            ),
            { window: near, components: [{ name: "C 1s", centre: Number(carbon), within: 1.5 }] },
          ),
          CHARGE_REFERENCES["C 1s"]!,
        )
      : undefined;
    const spectrum = spanning(
      regions.map((s) => energies(s, shift)),
      window,
    );
    const background = parameters.background as "shirley" | "tougaard" | "linear";
    const common = { window, level, ...(components ? { components } : {}) };
    const fit = fitXps(spectrum, { ...common, background });
    notices.push(...named(name, fit.notices));
    fits.push({ name, fit, other: fitXps(spectrum, { ...common, background: background === "linear" ? "shirley" : "linear" }) });
  }
  const sentences = fits.slice(0, 12).map(({ name, fit }): Sentence => {
    const parts: Sentence["parts"][number][] = [`${name}, ${level}:`];
    for (const [k, c] of fit.components.entries()) {
      parts.push(`${k === 0 ? " " : ", "}${c.name} `);
      if (c.found && c.centre) parts.push({ quantity: c.centre });
      else parts.push(`not found (area below ${Number(c.areaLimit!.value.toPrecision(2))} counts eV at 95 %)`);
    }
    return { parts: [...parts, "."] };
  });
  const part: Part = {
    step: "xps",
    source: inputs.source,
    title: `Photoelectrons, ${level}`,
    files: partFiles(inputs),
    run: null,
    sentences,
    notices,
    command: `xps ${inputs.files[0]!.file} --window ${window.join(",")} --level "${level}"${components ? ` --components "${components.map((c) => `${c.name}=${c.centre}`).join(",")}"` : ""}`,
    ...xpsContent(fits, "screen"),
  };
  const rows = fits.flatMap(({ name, fit }) => fit.components.map((c) => ({ name, c })));
  const table = makeTable([
    textColumn(
      "file",
      rows.map((r) => r.name),
    ),
    textColumn(
      "component",
      rows.map((r) => r.c.name),
    ),
    ...quantities(
      "energy",
      "eV",
      rows.map((r) => r.c.centre),
    ),
    ...quantities(
      "width",
      "eV",
      rows.map((r) => r.c.width),
    ),
    ...quantities(
      "area",
      "eV",
      rows.map((r) => r.c.area),
    ),
    ...quantities(
      "share",
      "",
      rows.map((r) => r.c.share),
    ),
    numbers(
      "area_limit",
      "eV",
      rows.map((r) => r.c.areaLimit?.value ?? Number.NaN),
    ),
  ]);
  return {
    files: { "components.parquet": tableToParquet(table), "part.json": jsonBytes(part) },
    notices,
    summary: { files: fits.length, components: rows.filter((r) => r.c.found).length },
  };
};
