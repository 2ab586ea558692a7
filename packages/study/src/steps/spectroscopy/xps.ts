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

const width = ({ energy: e }: XpsSpectrum): number => e[e.length - 1]! - e[0]!;

const widest = (spectra: readonly XpsSpectrum[]): XpsSpectrum => spectra.reduce((a, b) => (width(b) > width(a) ? b : a));

/** The narrowest region that spans the window. */
function spanning(spectra: readonly XpsSpectrum[], [low, high]: readonly [number, number]): XpsSpectrum {
  const [best] = spectra
    .filter(({ energy: e }) => e[0]! <= low + 0.5 && e[e.length - 1]! >= high - 0.5)
    .sort((a, b) => width(a) - width(b));
  if (best) return best;
  throw new ThioscopeError("INVALID_INPUT", `no region spans ${low} to ${high} eV of binding energy`);
}

/** Over binding energies. */
function bound(
  s: MeasuredSpectrum,
  { work_function }: Readonly<Record<string, unknown>>,
  shift?: ReturnType<typeof chargeShift>,
): XpsSpectrum {
  const work = { workFunction: Number(work_function) };
  return xpsSpectrum({ ...s, axis: s.axis === "bindingEnergy" ? "bindingEnergy" : "kineticEnergy" }, shift ? { ...work, shift } : work);
}

/** The window of one file, with its own background and with another one. Throws where no region spans it or nothing stands above the background. */
function fitted(
  regions: readonly MeasuredSpectrum[],
  common: { window: readonly [number, number]; level: string; components?: XpsComponent[] },
  parameters: Readonly<Record<string, unknown>>,
): { fit: XpsFit; other: XpsFit } {
  const { charge } = parameters;
  const near = typeof charge === "number" ? ([charge - CHARGE_WINDOW, charge + CHARGE_WINDOW] as const) : null;
  const carbon = near
    ? spanning(
        regions.map((s) => bound(s, parameters)),
        near,
      )
    : null;
  const shift =
    carbon && near
      ? chargeShift(
          fitXps(carbon, { window: near, components: [{ name: "C 1s", centre: Number(charge), within: 1.5 }] }),
          CHARGE_REFERENCES["C 1s"]!,
        )
      : undefined;
  const spectrum = spanning(
    regions.map((s) => bound(s, parameters, shift)),
    common.window,
  );
  const background = parameters.background as "shirley" | "tougaard" | "linear";
  return {
    fit: fitXps(spectrum, { ...common, background }),
    other: fitXps(spectrum, { ...common, background: background === "linear" ? "shirley" : "linear" }),
  };
}

export const xpsStep: StepFunction = async (given, parameters, io) => {
  const inputs = given as unknown as SourceInputs;
  const window = [Number(parameters.low), Number(parameters.high)] as const;
  const level = String(parameters.level);
  const components = componentsOf(parameters.components);
  const notices: Notice[] = [];
  const fits: { name: string; fit: XpsFit; other: XpsFit }[] = [];
  const unfitted: { name: string; spectrum: XpsSpectrum }[] = [];
  for (const { name, file } of await readFiles(inputs, io, readSpectra)) {
    notices.push(...named(name, file.notices));
    const regions = file.spectra.filter((s) => s.axis === "bindingEnergy" || s.axis === "kineticEnergy");
    try {
      const found = fitted(regions, { window, level, ...(components ? { components } : {}) }, parameters);
      notices.push(...named(name, found.fit.notices));
      fits.push({ name, ...found });
    } catch (error) {
      const isOfFile = error instanceof ThioscopeError && (error.code === "NOT_COMPUTABLE" || error.code === "INVALID_INPUT");
      if (!isOfFile || regions.length === 0) throw error;
      // a survey, or another element: what was measured is shown
      notices.push({ code: "xps-not-fitted", message: `${name}: shown as it was measured, because ${error.message}` });
      unfitted.push({ name, spectrum: widest(regions.map((s) => bound(s, parameters))) });
    }
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
    title: fits.length > 0 ? `Photoelectrons, ${level}` : "Photoelectrons",
    files: partFiles(inputs),
    run: null,
    sentences,
    notices,
    command: `xps ${inputs.files[0]!.file} --window ${window.join(",")} --level "${level}"${components ? ` --components "${components.map((c) => `${c.name}=${c.centre}`).join(",")}"` : ""}`,
    ...xpsContent(fits, "screen", unfitted),
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
