/** What fits of spectra show, for the story (thinned to what a screen holds) and for tables and pictures of the commands (every point). */
import type { Quantity } from "@thioscope/core";
import type { RamanSeries } from "@thioscope/core/raman";
import type { IonRatio, ReplicateRatio } from "@thioscope/core/sims";
import type { SpectroscopyContent, SpectroscopyCurve } from "@thioscope/core/story";
import type { GlassTransition, HeatRun, MassSteps } from "@thioscope/core/thermal";
import type { XpsFit, XpsSpectrum } from "@thioscope/core/xps";
import { effectsShown, MOST_CURVES, orNull, thinned } from "./common.ts";
import { ramanMaps } from "./ramanMaps.ts";

/** Whether all points and curves are kept, or those that a screen shows. */
type Extent = "all" | "screen";

const taking = (extent: Extent, length: number): ((values: Float64Array) => number[]) =>
  extent === "all" ? (values) => Array.from(values) : thinned(length);

const shown = <T>(extent: Extent, list: readonly T[]): readonly T[] => (extent === "all" ? list : list.slice(0, MOST_CURVES));

const NO_SERIES = { over: { label: "", unit: "" }, names: [], series: [] } as const;

/** @param places on the sample, µm: null where the file does not say */
export function ramanContent(
  names: readonly string[],
  { fits, bands }: RamanSeries,
  places: readonly (readonly number[] | null)[],
  extent: Extent,
): SpectroscopyContent {
  const curves = shown(extent, fits).map((fit, k): SpectroscopyCurve => {
    const take = taking(extent, fit.shift.length);
    return {
      name: names[k]!,
      x: take(fit.shift),
      y: take(fit.intensity),
      base: take(fit.baseline),
      fitted: take(fit.fitted),
      components: [],
      marks: fit.peaks.map((p) => ({
        x: p.centre.value,
        label: [...new Set(p.assignments.map((a) => a.species))].join(", ") || p.centre.value.toFixed(0),
      })),
      account: fit.account,
      ...effectsShown(k, fit.effects, take),
    };
  });
  return {
    kind: "spectroscopy",
    technique: "Raman",
    x: { label: "Raman shift", unit: "cm⁻¹", reversed: false },
    y: { label: "Intensity", unit: "counts" },
    curves,
    left: fits.length - curves.length,
    over: { label: "Area of the band", unit: "counts cm⁻¹" },
    names,
    series: bands.map((band) => ({
      name: `${band.species} ${band.position}`,
      values: orNull(band.areas.map((a) => a?.value)),
      sigma: orNull(band.areas.map((a) => a?.sigma)),
      limits: orNull(band.limits.map((l) => l?.value)),
    })),
    // the largest first, by what is sure of their areas: a broad hump may be large by chance
    found: fits.flatMap((fit, k) =>
      fit.peaks
        .toSorted((a, b) => sure(b.area) - sure(a.area))
        .map(({ centre }, i) => ({ of: names[k]!, name: `peak ${i + 1}`, quantity: centre })),
    ),
    maps: ramanMaps(names, fits, bands, places),
  };
}

/** At least this much, at two errors. */
const sure = ({ value, sigma }: Quantity): number => value - 2 * (sigma ?? 0);

/** @param unfitted spectra without a fit, shown as they were measured */
export function xpsContent(
  fits: readonly { name: string; fit: XpsFit; other?: XpsFit }[],
  extent: Extent,
  unfitted: readonly { name: string; spectrum: XpsSpectrum }[] = [],
): SpectroscopyContent {
  const measured = shown(extent, unfitted).map(({ name, spectrum: { energy, intensity } }): SpectroscopyCurve => {
    const take = taking(extent, energy.length);
    return { name, x: take(energy), y: take(intensity), base: null, fitted: null, components: [], marks: [] };
  });
  const curves = shown(extent, fits).map(({ name, fit }, k): SpectroscopyCurve => {
    const take = taking(extent, fit.energy.length);
    return {
      name,
      x: take(fit.energy),
      y: take(fit.intensity),
      base: take(fit.background),
      fitted: take(fit.fitted),
      components: fit.components.flatMap((c, j) =>
        c.found ? [{ name: c.name, y: take(fit.curves[j]!.map((v, i) => v + fit.background[i]!)) }] : [],
      ),
      marks: fit.components.flatMap((c) => (c.centre ? [{ x: c.centre.value, label: c.name }] : [])),
      account: fit.account,
      ...effectsShown(k, fit.effects, take),
    };
  });
  const labels = [...new Set(fits.flatMap(({ fit }) => fit.components.map((c) => c.name)))];
  const of = (fit: XpsFit, label: string) => fit.components.find((c) => c.name === label);
  return {
    kind: "spectroscopy",
    technique: "XPS",
    x: { label: "Binding energy", unit: "eV", reversed: true },
    y: { label: "Intensity", unit: "counts" },
    curves: [...curves, ...measured],
    left: fits.length + unfitted.length - curves.length - measured.length,
    over: { label: "Share of the area", unit: "" },
    names: fits.map(({ name }) => name),
    series: labels.map((label) => ({
      name: label,
      values: orNull(fits.map(({ fit }) => of(fit, label)?.share?.value)),
      sigma: orNull(fits.map(({ fit, other }) => shareError(of(fit, label)?.share, other && of(other, label)?.share))),
      limits: orNull(fits.map(({ fit }) => limitShare(fit, label))),
    })),
    found: fits.flatMap(({ name, fit }) =>
      fit.components.flatMap((one) => (one.centre ? [{ of: name, name: one.name, quantity: one.centre }] : [])),
    ),
  };
}

/** Another background moves shares by more than the counts do: its difference is the width of an even distribution. */
function shareError(share: Quantity | null | undefined, other: Quantity | null | undefined): number | null {
  if (!share) return null;
  return Math.hypot(share.sigma ?? 0, other ? (share.value - other.value) / Math.sqrt(3) : 0);
}

/** A limit of the area as a share of what was found. */
function limitShare(fit: XpsFit, label: string): number | null {
  const limit = fit.components.find((c) => c.name === label)?.areaLimit;
  const total = fit.components.reduce((sum, c) => sum + (c.area?.value ?? 0), 0);
  return limit && total > 0 ? limit.value / (total + limit.value) : null;
}

const ION_AXES = { x: { label: "", unit: "", reversed: false }, y: { label: "", unit: "" }, curves: [], left: 0 } as const;

/** @param of the two ions: "Li3S2+/Li3S+" */
export function ionContent(of: string, found: readonly { name: string; ratio: ReplicateRatio }[]): SpectroscopyContent {
  return {
    kind: "spectroscopy",
    technique: "ToF-SIMS",
    ...ION_AXES,
    over: { label: of, unit: "" },
    names: found.map(({ name }) => name),
    series: [
      {
        name: of,
        values: found.map(({ ratio }) => ratio.mean.value),
        sigma: orNull(found.map(({ ratio }) => ratio.mean.sigma)),
        limits: found.map(() => null),
      },
    ],
  };
}

/** Ratios of single areas or slices: those without counts of the upper ion as limits. */
export function ionRatiosContent(of: string, names: readonly string[], ratios: readonly IonRatio[]): SpectroscopyContent {
  const isLimit = (r: IonRatio): boolean => r.ratio === null && Number.isFinite(r.interval95[1]);
  return {
    kind: "spectroscopy",
    technique: "ToF-SIMS",
    ...ION_AXES,
    over: { label: of, unit: "" },
    names,
    series: [
      {
        name: of,
        values: orNull(ratios.map((r) => r.ratio?.value)),
        sigma: orNull(ratios.map((r) => r.ratio?.sigma)),
        limits: ratios.map((r) => (isLimit(r) ? r.interval95[1] : null)),
      },
    ],
  };
}

export interface ThermalShown {
  name: string;
  mass: MassSteps | null;
  heat: HeatRun | null;
  glass: GlassTransition | null;
}

/** Masses where there are some, else heat flows. */
export function thermalContent(runs: readonly ThermalShown[], extent: Extent): SpectroscopyContent {
  const curves = runs.flatMap(({ name, mass, heat, glass }): SpectroscopyCurve[] => {
    const plain = { name, base: null, fitted: null, components: [] };
    if (mass) {
      const take = taking(extent, mass.temperature.length);
      const marks = mass.steps.map((s) => ({ x: s.midpoint.value, label: `−${s.loss.value.toFixed(1)} %` }));
      return [{ ...plain, x: take(mass.temperature), y: take(mass.mass), marks }];
    }
    if (!heat) return [];
    const take = taking(extent, heat.temperature.length);
    return [
      { ...plain, x: take(heat.temperature), y: take(heat.heatFlow), marks: glass ? [{ x: glass.midpoint.value, label: "T_g" }] : [] },
    ];
  });
  return {
    kind: "spectroscopy",
    technique: "thermal",
    x: { label: "Temperature", unit: "°C", reversed: false },
    y: runs.some(({ mass }) => mass) ? { label: "Mass", unit: "%" } : { label: "Heat flow", unit: "W/g" },
    curves,
    left: 0,
    ...NO_SERIES,
    found: runs.flatMap(({ name, mass, glass }) => [
      ...(mass?.steps ?? []).map(({ midpoint }, k) => ({ of: name, name: `step ${k + 1}`, quantity: midpoint })),
      ...(glass ? [{ of: name, name: "glass transition", quantity: glass.midpoint }] : []),
    ]),
  };
}
