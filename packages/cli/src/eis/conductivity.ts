/** thioscope eis conductivity: σ = L/(R A) of a pellet from its spectrum, and what each arc can be. */
import { type Column, formatQuantity, isComputable, makeTable, parseQuantity, type Quantity, ThioscopeError } from "@thioscope/core";
import { type PelletGeometry, pelletConductivity } from "@thioscope/core/impedance";
import { writeCsvWithUnits } from "@thioscope/formats/cycling";
import { writeAtomic } from "@thioscope/study/files";
import type { CommandIo } from "../command.ts";
import { textTable } from "../inputs.ts";
import { fitOne } from "./fit.ts";
import { answerOf, doubts, fitAnswer, type Options, readSpectra, sayNotices, shortValue } from "./inputs.ts";

/** --thickness, and --diameter or --area; what is missing stays missing. */
function geometryOf(options: Options): PelletGeometry {
  const given = (name: string, unit: string): Quantity | null =>
    typeof options[name] === "string" ? parseQuantity(options[name], unit) : null;
  const thickness = given("thickness", "mm");
  const diameter = given("diameter", "mm");
  const area = given("area", "cm2");
  if (area && diameter) throw new ThioscopeError("USAGE", "--area and --diameter say the same: give one of them");
  if (!diameter) return { thickness, area };
  const unit = `${diameter.unit}2`;
  const value = (Math.PI / 4) * diameter.value ** 2;
  return { thickness, area: { value, sigma: diameter.sigma === null ? null : (2 * value * diameter.sigma) / diameter.value, unit } };
}

export async function runConductivity(path: string, options: Options, io: CommandIo): Promise<void> {
  const geometry = geometryOf(options);
  const counted = typeof options["count"] === "string" ? options["count"].split(/[\s,+]+/) : undefined;
  const read = await readSpectra(path, options, io.task);
  const { file, spectra } = read;
  const answers = spectra.map((spectrum, k) => {
    io.task.progress(k, spectra.length, "spectra");
    const { fit } = fitOne(spectrum, options);
    const pellet = pelletConductivity(fit, geometry, counted);
    const warmth = spectrum.temperatureCelsius;
    const temperature =
      warmth === undefined ? { notComputable: "the file does not say the temperature" } : { value: warmth, sigma: null, unit: "°C" };
    io.say(
      `${k > 0 ? "\n" : ""}${file}${spectra.length > 1 ? `, ${spectrum.name}` : ""}  ${fit.circuit}  chi2 ${fit.chi2.toExponential(3)}`,
    );
    const arcs = pellet.arcs.map((arc) => [
      arc.resistor,
      shortValue(arc.resistance),
      arc.capacitance.value.toExponential(1),
      arc.topFrequency.value.toPrecision(3),
      arc.kind ?? "–",
      arc.reason,
    ]);
    if (arcs.length > 0) io.say(textTable(["arc", "R ohm", "C F", "top Hz", "can be", ""], arcs));
    const { conductivity, resistance } = pellet;
    const sum = `${pellet.counted.join(" + ")} = ${isComputable(resistance) ? formatQuantity(resistance) : "?"}`;
    io.say(
      isComputable(conductivity)
        ? `conductivity ${shortValue(conductivity)} S/cm from ${sum}`
        : `conductivity not computable: ${conductivity.notComputable}`,
    );
    sayNotices(io, doubts(fit));
    return { name: spectrum.name, temperature, ...pellet, fit: fitAnswer(fit, spectrum), warnings: doubts(fit) };
  });
  io.result(answerOf(read, answers));
  if (typeof options["out"] === "string") {
    await writeAtomic(options["out"], writeCsvWithUnits(asTable(answers)));
    io.hint(`written: ${options["out"]}`);
  }
  sayNotices(io, read.notices);
}

/** Temperature, conductivity and its error: what `thioscope arrhenius` reads. */
function asTable(answers: readonly { temperature: Quantity | object; conductivity: Quantity | object }[]) {
  const column = (
    name: string,
    unit: string,
    of: (answer: (typeof answers)[number]) => Quantity | object,
    part: "value" | "sigma",
  ): Column => ({
    name,
    unit,
    values: Float64Array.from(answers, (answer) => {
      const q = of(answer);
      return ("value" in q ? q[part] : null) ?? Number.NaN;
    }),
  });
  return makeTable([
    column("temperature", "°C", (a) => a.temperature, "value"),
    column("conductivity", "S/cm", (a) => a.conductivity, "value"),
    column("conductivity_sigma", "S/cm", (a) => a.conductivity, "sigma"),
  ]);
}
