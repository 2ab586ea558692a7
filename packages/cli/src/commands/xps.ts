/** thioscope xps: regions of a file, components of one, composition of the surface. */
import { basename } from "node:path";
import { type Notice, type Quantity, ThioscopeError } from "@thioscope/core";
import { PEAK_SHAPES, type PeakShapeName } from "@thioscope/core/peaks";
import type { SpectroscopyContent } from "@thioscope/core/story";
import {
  type AtomShare,
  CHARGE_REFERENCES,
  chargeShift,
  fitXps,
  type LevelArea,
  quantifyXps,
  removeSatellites,
  SENSITIVITY_PHOTON,
  type XpsComponent,
  type XpsEnergyOptions,
  type XpsFit,
  type XpsFitOptions,
  type XpsSpectrum,
  xpsSpectrum,
} from "@thioscope/core/xps";
import { type MeasuredSpectrum, readSpectra } from "@thioscope/formats";
import { xpsContent } from "@thioscope/study";
import type { Command, CommandIo } from "../command.ts";
import { about, oneWord, opened, textTable } from "../inputs.ts";
import { EXPORTS, exportSpectra } from "../spectra/export.ts";
import {
  below,
  choiceOption,
  chosen,
  listOption,
  numberOption,
  type Options,
  plain,
  rangeOf,
  rangeOption,
  sayNotices,
  short,
} from "../spectra/inputs.ts";

const BACKGROUNDS = ["shirley", "tougaard", "linear", "none"] as const;

export const command: Command = {
  name: "xps",
  summary: "photoelectrons: regions, components with doublets, upper limits, composition",
  usage:
    'thioscope xps FILE [--region "S 2p" --window 158,169 --level "S 2p" --components "sulfide=161.6,S8=164"] [--plot FILE.svg] [-o FILE.csv]',
  about: `Without --window it lists the regions. With it, a background is taken off and components are fitted: those of --components, or what a search
finds. --level makes each a doublet with the level's splitting and ratio. Binding energies are hν − E_K − φ + shift; φ is 0 unless --work-function
says otherwise, since files count kinetic energies from the Fermi level, and is printed. --charge brings the reference line to its place, with its
error in every energy. A component below three of its errors is answered with a 95 % upper limit. --quantify "S 2p=158:169,Na 1s=1068:1076" gives
atom % with factors of sensitivity (Scofield) and E_K^0.75. Read are VAMAS .vms, PHI .spe, SPECS .xy and .xml, Scienta text, columns.`,
  options: {
    region: { type: "string", value: "N|NAME", help: "region of the file (default: the one that spans the window)" },
    window: { type: "string", value: "LOW,HIGH", help: "binding energies between which is fitted, eV" },
    level: { type: "string", value: "NAME", help: 'core level, such as "S 2p": its doublet and its species' },
    components: { type: "string", value: "NAME=EV,…", help: "what is fitted, by name and binding energy of the larger line" },
    background: { type: "string", value: "NAME", help: "shirley, tougaard, linear, none (default shirley)" },
    ends: { type: "string", value: "N", help: "points that the background's ends average over (default 5)" },
    shape: { type: "string", value: "NAME", help: "voigt, pseudoVoigt, lorentzian, gaussian (default voigt)" },
    "shared-width": { type: "boolean", help: "one width for all components" },
    symmetric: { type: "boolean", help: "lines with equal flanks (default: flanks may differ by some percent, which is in the errors)" },
    "work-function": { type: "string", value: "EV", help: "subtracted from hν − E_K (default 0)" },
    photon: { type: "string", value: "EV", help: "photon energy, where the file does not say it or says it wrongly" },
    shift: { type: "string", value: "EV", help: "added to all binding energies" },
    charge: { type: "string", value: "LEVEL=LOW:HIGH", help: 'reference line and where it is now: "C 1s=283:290"' },
    satellites: { type: "string", value: "ANODE", help: "take off the satellites of an Mg or Al anode without monochromator" },
    quantify: { type: "string", value: "LEVEL=LOW:HIGH,…", help: "atom % from the areas above the background" },
    sensitivity: { type: "string", value: "LEVEL=F,…", help: "--quantify: factors in place of those tabulated, over C 1s" },
    curves: { type: "boolean", help: "with --json: the points with background, fit and components" },
    ...EXPORTS,
  },
  examples: [
    "thioscope xps cell.vms",
    'thioscope xps cell.vms --window 158,169 --level "S 2p" --components "sulfide=161.6,S8=164" --charge "C 1s=283:290"',
    'thioscope xps cell.vms --quantify "S 2p=158:169,C 1s=281:292" --json',
  ],
  async run(words, options, io) {
    const path = oneWord(words, command.usage);
    const file = await opened(path, readSpectra);
    const name = basename(path);
    await about(name, async () => {
      const regions = file.spectra.filter((s) => s.axis === "bindingEnergy" || s.axis === "kineticEnergy");
      if (regions.length === 0)
        throw new ThioscopeError("INVALID_INPUT", `the file holds no photoelectrons: its axis is ${file.spectra[0]?.axis ?? "unknown"}`);
      const charge = chargeOf(regions, options);
      const energy = energyOptions(options, charge);
      const fits = options["window"] === undefined ? [] : [fitOne(regions, options, energy)];
      const composition = typeof options["quantify"] === "string" ? quantified(regions, options, energy) : null;
      const warnings = [...file.notices, ...(fits[0]?.fit.notices ?? []), ...(composition?.notices ?? [])];
      io.result({
        file: name,
        format: file.format,
        regions: regions.map((r) => regionAnswer(r, energy)),
        chargeShift: charge,
        fit: fits[0] ? fitAnswer(fits[0].region, fits[0].fit, options["curves"] === true) : null,
        composition:
          composition?.shares.map(({ level, share, limit, sensitivity, source }) => ({
            level,
            share,
            limit95: limit,
            sensitivity: plain(sensitivity),
            source,
          })) ?? null,
        warnings,
      });
      if (fits.length === 0 && composition === null) sayRegions(io, name, regions, energy);
      if (charge) io.say(`charge reference: binding energies moved by ${short(charge)} eV`);
      for (const { region, fit } of fits) sayFit(io, region.name, fit);
      if (composition) {
        const rows = composition.shares.map((c) => [c.level, c.share ? short(c.share) : below(c.limit), String(c.sensitivity), c.source]);
        io.say(textTable(["level", "at.%", "sensitivity", "source"], rows));
      }
      sayNotices(io, warnings);
      const content = () =>
        fits.length > 0
          ? xpsContent(
              fits.map(({ region, fit }) => ({ name: region.name, fit })),
              "all",
            )
          : regionsContent(regions, energy);
      await exportSpectra(content, fits[0] ? `${name}, ${fits[0].region.name}` : name, options, io);
    });
  },
};

function energyOptions(options: Options, charge: Quantity | null): XpsEnergyOptions {
  const workFunction = numberOption(options, "work-function");
  const photon = numberOption(options, "photon");
  const shift = numberOption(options, "shift");
  if (shift !== undefined && charge) throw new ThioscopeError("USAGE", "--shift and --charge both say how to move the energies: give one");
  const moved = charge ?? (shift === undefined ? null : plain(shift, "eV"));
  return {
    ...(workFunction === undefined ? {} : { workFunction }),
    ...(photon === undefined ? {} : { photon }),
    ...(moved ? { shift: moved } : {}),
  };
}

function spectrumOf(region: MeasuredSpectrum, energy: XpsEnergyOptions): XpsSpectrum {
  return xpsSpectrum({ ...region, axis: region.axis === "bindingEnergy" ? "bindingEnergy" : "kineticEnergy" }, energy);
}

/** The named region, or the narrowest one that spans the window. */
function regionFor(
  regions: readonly MeasuredSpectrum[],
  options: Options,
  energy: XpsEnergyOptions,
  [low, high]: readonly [number, number],
  named = true,
): { region: MeasuredSpectrum; spectrum: XpsSpectrum } {
  const pool = named ? chosen(regions, options, "region") : regions;
  const spectra = pool.map((region) => ({ region, spectrum: spectrumOf(region, energy) }));
  const spans = spectra.filter(({ spectrum: { energy: e } }) => e[0]! <= low + 0.5 && e[e.length - 1]! >= high - 0.5);
  const width = ({ spectrum: { energy: e } }: (typeof spectra)[number]): number => e[e.length - 1]! - e[0]!;
  const best = spans.reduce((a, b) => (a && width(a) <= width(b) ? a : b), spans[0]);
  if (best) return best;
  const ranges = spectra.map(
    ({ region, spectrum: { energy: e } }) => `${region.name} ${e[0]!.toFixed(1)} to ${e[e.length - 1]!.toFixed(1)}`,
  );
  throw new ThioscopeError("INVALID_INPUT", `no region spans ${low} to ${high} eV of binding energy: ${ranges.slice(0, 8).join(", ")}`);
}

/** "LEVEL=LOW:HIGH" */
function levelWindow(word: string, option: string): { level: string; window: readonly [number, number] } {
  const [level, range] = word.split("=");
  if (!level || !range) throw new ThioscopeError("USAGE", `--${option}: "${word}" is not LEVEL=LOW:HIGH, such as "C 1s=283:290"`);
  return { level: level.trim(), window: rangeOf(range, `--${option} ${word}`) };
}

function chargeOf(regions: readonly MeasuredSpectrum[], options: Options): Quantity | null {
  if (typeof options["charge"] !== "string") return null;
  const { level, window } = levelWindow(options["charge"], "charge");
  const reference = Object.hasOwn(CHARGE_REFERENCES, level) ? CHARGE_REFERENCES[level]! : undefined;
  if (!reference) throw new ThioscopeError("USAGE", `--charge ${level}: known references are ${Object.keys(CHARGE_REFERENCES).join(", ")}`);
  const { spectrum } = regionFor(regions, options, energyOptions({ ...options, shift: undefined }, null), window, false);
  return chargeShift(fitXps(spectrum, { window, level }), reference);
}

function componentsOf(options: Options): XpsComponent[] | undefined {
  return listOption(options, "components")?.map((word) => {
    const [name, energy] = word.split("=");
    const centre = Number(energy);
    if (!name || !Number.isFinite(centre))
      throw new ThioscopeError("USAGE", `--components: "${word}" is not NAME=EV, such as sulfide=161.6`);
    return { name, centre };
  });
}

function fitOptions(options: Options): XpsFitOptions {
  const background = choiceOption(options, "background", BACKGROUNDS);
  const ends = numberOption(options, "ends");
  const shape = choiceOption(options, "shape", Object.keys(PEAK_SHAPES) as PeakShapeName[]);
  const components = componentsOf(options);
  return {
    sharedWidth: options["shared-width"] === true,
    ...(options["symmetric"] === true ? { asymmetry: 0 } : {}),
    ...(typeof options["level"] === "string" ? { level: options["level"] } : {}),
    ...(background ? { background } : {}),
    ...(ends === undefined ? {} : { ends }),
    ...(shape ? { shape } : {}),
    ...(components ? { components } : {}),
  };
}

function fitOne(
  regions: readonly MeasuredSpectrum[],
  options: Options,
  energy: XpsEnergyOptions,
): { region: MeasuredSpectrum; fit: XpsFit } {
  const window = rangeOption(options, "window")!;
  const { region, spectrum } = regionFor(regions, options, energy, window);
  return { region, fit: fitXps(cleaned(spectrum, options), { ...fitOptions(options), window }) };
}

function cleaned(spectrum: XpsSpectrum, options: Options): XpsSpectrum {
  const anode = choiceOption(options, "satellites", ["Mg", "Al"] as const);
  return anode ? removeSatellites(spectrum, anode) : spectrum;
}

const FOUND = 3;
/** eV within which photons are those of a line */
const SAME_PHOTON = 3;

/** "Sb 3d=27.7,I 3d=33.6" */
function sensitivitiesOf(options: Options): Record<string, number> {
  const found: Record<string, number> = {};
  for (const word of listOption(options, "sensitivity") ?? []) {
    const [level, text] = word.split("=");
    if (!level || !(Number(text) > 0))
      throw new ThioscopeError("USAGE", `--sensitivity: "${word}" is not LEVEL=FACTOR, such as "Sb 3d=27.7"`);
    found[level.trim()] = Number(text);
  }
  return found;
}

function quantified(
  regions: readonly MeasuredSpectrum[],
  options: Options,
  energy: XpsEnergyOptions,
): { shares: readonly AtomShare[]; notices: readonly Notice[] } {
  const sensitivity = sensitivitiesOf(options);
  let other: number | null = null;
  const background = choiceOption(options, "background", BACKGROUNDS);
  const ends = numberOption(options, "ends");
  const levels = listOption(options, "quantify")!.map((word): LevelArea => {
    const { level, window } = levelWindow(word, "quantify");
    const { spectrum } = regionFor(regions, options, energy, window, false);
    const fit = fitXps(cleaned(spectrum, options), {
      window,
      ...(background ? { background } : {}),
      ...(ends === undefined ? {} : { ends }),
    });
    const { value, sigma } = fit.areaAbove;
    const middle = (window[0] + window[1]) / 2;
    if (spectrum.photonElectronvolt === null)
      throw new ThioscopeError("INVALID_INPUT", `${level}: the photon energy is not known, give it with --photon`);
    if (!(level in sensitivity) && Math.abs(spectrum.photonElectronvolt - SENSITIVITY_PHOTON) > SAME_PHOTON)
      other = spectrum.photonElectronvolt;
    const found = value > FOUND * (sigma ?? 0);
    const at = fit.energy.findIndex((e) => e >= middle);
    const transmission = spectrum.transmission?.[spectrum.energy.findIndex((e) => e >= fit.energy[at]!)] ?? 1;
    return {
      level,
      area: found ? fit.areaAbove : null,
      limit: found ? null : plain(Math.max(0, value) + 1.645 * (sigma ?? 0), "counts·eV"),
      kinetic: spectrum.photonElectronvolt - middle,
      transmission,
    };
  });
  const notices: Notice[] =
    other === null
      ? []
      : [
          {
            code: "sensitivity-other-photons",
            message: `factors of sensitivity hold for ${SENSITIVITY_PHOTON} eV (Al Kα), these photons have ${other} eV: declare factors with --sensitivity`,
          },
        ];
  return { shares: quantifyXps(levels, { sensitivity }), notices };
}

/** All regions as they were measured, over binding energy. */
function regionsContent(regions: readonly MeasuredSpectrum[], energy: XpsEnergyOptions): SpectroscopyContent {
  const curves = regions.map((region): SpectroscopyContent["curves"][number] => {
    const spectrum = spectrumOf(region, energy);
    return { name: region.name, x: spectrum.energy, y: spectrum.intensity, base: null, fitted: null, components: [], marks: [] };
  });
  return { ...xpsContent([], "all"), curves };
}

function regionAnswer(region: MeasuredSpectrum, energy: XpsEnergyOptions) {
  const spectrum = spectrumOf(region, energy);
  return {
    name: region.name,
    points: region.x.length,
    range: [plain(spectrum.energy[0]!, "eV"), plain(spectrum.energy[spectrum.energy.length - 1]!, "eV")],
    axis: region.axis,
    photon: region.excitationElectronvolt === undefined ? null : plain(region.excitationElectronvolt, "eV"),
    workFunctionStated: region.workFunctionElectronvolt === undefined ? null : plain(region.workFunctionElectronvolt, "eV"),
    workFunctionUsed: plain(spectrum.workFunctionElectronvolt, "eV"),
    counted: region.countsPerUnit !== undefined,
  };
}

function fitAnswer(region: MeasuredSpectrum, fit: XpsFit, curves: boolean) {
  const { window, background, ends, shape, level, tougaardB, workFunction, photon } = fit.parameters;
  const series = (values: Float64Array, unit: string) => ({ values, sigma: null, unit });
  return {
    region: region.name,
    level,
    range: window.map((e) => plain(e, "eV")),
    background: { method: background, ends: plain(ends), tougaardB: tougaardB === null ? null : plain(tougaardB, "eV^2") },
    shape,
    workFunctionUsed: plain(workFunction, "eV"),
    photon: photon === null ? null : plain(photon, "eV"),
    misfit: fit.reducedChi2 === null ? null : plain(fit.reducedChi2),
    areaAbove: fit.areaAbove,
    components: fit.components.map((c) => ({
      name: c.name,
      found: c.found,
      centre: c.centre,
      width: c.width,
      area: c.area,
      share: c.share,
      areaLimit95: c.areaLimit,
      mix: c.mix,
      mayBe: c.species.map((s) => ({ species: s.species, position: plain(s.position, "eV"), source: s.source })),
    })),
    ...(curves
      ? {
          curves: {
            energy: series(fit.energy, "eV"),
            intensity: series(fit.intensity, "counts"),
            background: series(fit.background, "counts"),
            fitted: series(fit.fitted, "counts"),
            components: fit.curves.map((curve) => series(curve, "counts")),
          },
        }
      : {}),
  };
}

function sayRegions(io: CommandIo, name: string, regions: readonly MeasuredSpectrum[], energy: XpsEnergyOptions): void {
  const rows = regions.map((region, k) => {
    const { energy: e, photonElectronvolt, workFunctionElectronvolt } = spectrumOf(region, energy);
    return [
      String(k + 1),
      region.name,
      `${e[0]!.toFixed(2)} to ${e[e.length - 1]!.toFixed(2)}`,
      String(e.length),
      photonElectronvolt === null ? "–" : photonElectronvolt.toFixed(2),
      String(region.workFunctionElectronvolt ?? "–"),
      String(workFunctionElectronvolt),
      region.countsPerUnit === undefined ? "no" : "yes",
    ];
  });
  io.say(`${name}: ${regions.length} regions`);
  io.say(textTable(["no.", "region", "E_B eV", "points", "hν eV", "φ stated", "φ used", "counts"], rows));
}

function sayFit(io: CommandIo, name: string, fit: XpsFit): void {
  const { window, background, workFunction } = fit.parameters;
  const misfit = fit.reducedChi2 === null ? "" : `, χ²/ν ${fit.reducedChi2.toFixed(2)}`;
  io.say(
    `${name}: ${window[0]} to ${window[1]} eV, ${background}, φ = ${workFunction} eV, area above the background ${short(fit.areaAbove)}${misfit}`,
  );
  const rows = fit.components.map((c) =>
    c.found
      ? [c.name, short(c.centre), short(c.width), short(c.area), short(c.share), c.species.map((s) => s.species).join(", ") || "–"]
      : [c.name, "–", "–", below(c.areaLimit), "–", "not found, 95 % limit"],
  );
  io.say(textTable(["component", "E_B eV", "width eV", "area", "share", "may be"], rows));
}
