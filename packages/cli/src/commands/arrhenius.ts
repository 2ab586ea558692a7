/** thioscope arrhenius: activation energies of a table of conductivities or diffusivities. */
import { basename } from "node:path";
import { convert, formatQuantity, parseQuantity, ThioscopeError } from "@thioscope/core";
import { type Arrhenius, type ArrheniusForm, arrhenius } from "@thioscope/core/transport";
import { readTemperatureTable } from "@thioscope/formats";
import { openAsByteSource } from "@thioscope/study/files";
import type { Command } from "../command.ts";
import { plain, sayNotices, shortValue } from "../eis/inputs.ts";
import { oneWord, textTable } from "../inputs.ts";

/** How each form of each quantity is written. */
const NAMES = {
  conductivity: { X: "σ = A exp(−E_a/kT)", XT: "σT = A exp(−E_a/kT)" },
  diffusivity: { X: "D = D0 exp(−E_a/kT)", XT: "DT = A exp(−E_a/kT)" },
} as const;

export const command: Command = {
  name: "arrhenius",
  summary: "activation energy of conductivities or diffusivities, in both forms",
  usage: 'thioscope arrhenius TABLE.csv [--at 25 | --at "300 K"]',
  about: `The table has a column of temperatures (°C or K) and one of conductivities (S/cm, mS/cm, S/m …) or diffusivities (cm2/s …), each with its
unit in the name or in a row below, and may have one of errors. Both forms are given, σ and σT: they differ in E_a by about kT (0.026 eV at
25 °C), so a value without its form cannot be compared. Intervals are 95 %; --at carries the covariance of E_a and A.`,
  options: { at: { type: "string", value: "TEMPERATURE", help: 'value at a temperature, in °C or with a unit ("300 K")' } },
  examples: ["thioscope arrhenius conductivity.csv --at 25", 'thioscope arrhenius diffusivity.csv --at "300 K" --json'],
  async run(words, options, io) {
    const path = oneWord(words, command.usage);
    const kelvin = temperatureOf(options.at);
    const source = await openAsByteSource(path);
    const table = await readTemperatureTable(source).finally(() => source.close());
    const { quantity, unit, points, notices } = table;
    const forms = (["X", "XT"] as const).map((form) => describe(form, NAMES[quantity][form], arrhenius(points, form, unit), kelvin));
    const range = [points[0]!, ...points].map((p) => p.temperatureKelvin);
    io.result({
      file: basename(path),
      quantity,
      points: points.map((p) => ({
        temperature: plain(p.temperatureKelvin, "K"),
        [quantity]: { value: p.value, sigma: p.sigma, unit },
      })),
      forms,
      warnings: notices,
    });
    io.say(
      `${basename(path)}: ${quantity}, ${points.length} points from ${Math.min(...range).toFixed(1)} to ${Math.max(...range).toFixed(1)} K`,
    );
    const head = ["form", "E_a eV", "95 %", "ln A", "correlation", ...(kelvin === null ? [] : [`at ${kelvin.toFixed(2)} K`, "95 %"])];
    const rows = forms.map((f) => [
      f.form,
      formatQuantity({ ...f.activationEnergy, unit: "" }),
      f.activationEnergy.interval95.map((x) => x.toFixed(4)).join(" to "),
      formatQuantity(f.lnPrefactor),
      f.correlation.value.toFixed(4),
      ...("at" in f ? [`${shortValue(f.at.estimate)} ${unit}`, f.at.estimate.interval95.map((x) => x.toPrecision(3)).join(" to ")] : []),
    ]);
    io.say(textTable(head, rows));
    sayNotices(io, notices);
  },
};

function temperatureOf(text: string | boolean | undefined): number | null {
  if (typeof text !== "string") return null;
  const plain = Number(text);
  const kelvin =
    text.trim() !== "" && Number.isFinite(plain)
      ? plain + 273.15
      : convert(parseQuantity(text, "K").value, parseQuantity(text, "K").unit, "K");
  if (!(kelvin > 0)) throw new ThioscopeError("USAGE", `--at ${text} is below absolute zero`);
  return kelvin;
}

function describe(key: ArrheniusForm, form: string, fit: Arrhenius, kelvin: number | null) {
  const { activationEnergy, activationEnergy95, lnPrefactor, correlation, chi2, degreesOfFreedom } = fit;
  const [e, a] = [activationEnergy.sigma!, lnPrefactor.sigma!];
  const answer = {
    form,
    key,
    activationEnergy: { ...activationEnergy, interval95: activationEnergy95 },
    lnPrefactor,
    correlation: plain(correlation, ""),
    /** of (E_a, ln A): eV², eV, 1 */
    covariance: [
      [e * e, correlation * e * a],
      [correlation * e * a, a * a],
    ],
    chi2,
    degreesOfFreedom,
  };
  return kelvin === null ? answer : { ...answer, at: { temperature: plain(kelvin, "K"), estimate: fit.at(kelvin) } };
}
