/** Documents with one spectrum: Raman Open Database .rod, HORIBA LabSpec 6 .xml, Princeton/S&I TriVista .tvf. */
import { ThioscopeError } from "@thioscope/core";
import { SaxesParser } from "saxes";
import type { ByteSource } from "../bytes/source.ts";
import { isLoop, parseCif } from "../cif/parse.ts";
import { axisNamed } from "./columns.ts";
import type { SpectraFile } from "./model.ts";
import { factsOf, readText } from "./text.ts";

/** A CIF with the loop `_raman_spectrum.raman_shift` and `.intensity`. */
export async function readRod(source: ByteSource): Promise<SpectraFile> {
  const [block] = parseCif(await readText(source), source.name);
  const damaged = (what: string): ThioscopeError => new ThioscopeError("FILE_DAMAGED", what, { file: source.name });
  const content = block?.content ?? [];
  const loop = content.filter(isLoop).find((l) => l.tags.includes("_raman_spectrum.raman_shift"));
  if (!block || !loop) throw damaged("the loop with _raman_spectrum.raman_shift is missing");
  const column = (tag: string): Float64Array => {
    const j = loop.tags.indexOf(tag);
    if (j < 0) throw damaged(`the loop of the spectrum has no ${tag}`);
    const width = loop.tags.length;
    const out = Float64Array.from({ length: loop.values.length / width }, (_, i) => Number(loop.values[i * width + j]!.text));
    if (out.length < 2 || !out.every(Number.isFinite)) throw damaged(`${tag} holds words that are no numbers`);
    return out;
  };
  const [x, y] = [column("_raman_spectrum.raman_shift"), column("_raman_spectrum.intensity")];
  const facts = content.flatMap((part) => (isLoop(part) ? [] : [[part.tag.replace(/^_/, ""), part.value.text] as const]));
  const laser = Number(facts.find(([tag]) => tag === "raman_measurement_device.excitation_laser_wavelength")?.[1]);
  const spectrum = {
    name: block.name,
    axis: "ramanShift" as const,
    x,
    xUnit: "1/cm",
    y,
    yUnit: "",
    ...(laser > 0 ? { laserNanometre: laser } : {}),
    meta: {},
  };
  return { format: "rod", technique: "Raman", meta: factsOf(facts), notices: [], spectra: [spectrum] };
}

interface Element {
  name: string;
  attributes: Readonly<Record<string, string>>;
  text: string;
}

/** Elements in the order of their ends, with their own text. */
function elementsOf(xml: string, file: string, visit: (element: Element) => void): void {
  const parser = new SaxesParser();
  const stack: Element[] = [];
  parser.on("error", (error) => {
    throw new ThioscopeError("FILE_DAMAGED", `the XML is broken: ${error.message}`, { file });
  });
  parser.on("opentag", ({ name, attributes }) => {
    stack.push({ name, attributes: attributes as Record<string, string>, text: "" });
    if (stack.length > 200) throw new ThioscopeError("FILE_DAMAGED", "elements nest deeper than 200", { file });
  });
  parser.on("text", (text) => {
    const top = stack[stack.length - 1];
    if (top) top.text += text;
  });
  parser.on("closetag", () => visit(stack.pop()!));
  parser.write(xml.replace(/^\uFEFF/, "")).close();
}

const numbers = (text: string, separator: RegExp): Float64Array =>
  Float64Array.from(
    text.split(separator).filter((w) => w.trim() !== ""),
    Number,
  );

/** LabSpec's elements by their ID. */
const LABSPEC = { matrix: "0x7D6CD4DB", unit: "0x7C696E75", label: "0x6D6D616E", value: "0x7D6C61DB", exact: "0x8736F70" } as const;

/** HORIBA LabSpec 6: matrices of the axes by ID, intensities as the last matrix; single spectra only. */
export async function readLabspec(source: ByteSource): Promise<SpectraFile> {
  const matrices: Float64Array[] = [];
  const units: string[] = [];
  const facts: [string, string][] = [];
  let label = "";
  elementsOf(await readText(source), source.name, ({ attributes, text }) => {
    const id = attributes["ID"];
    if (attributes["Format"] === "6" && id === LABSPEC.matrix) matrices.push(numbers(text, /\s+/));
    else if (/^[\s\d.+\-eE]+$/.test(text) && text.trim().split(/\s+/).length > 2) matrices.push(numbers(text, /\s+/));
    if (id === LABSPEC.unit) units.push(text.trim());
    if (id === LABSPEC.label) label = text.trim();
    if (id === LABSPEC.value && label !== "") facts.push([label, text]);
    if (id === LABSPEC.exact && label !== "") facts.push([`${label} (exact)`, text]);
  });
  const long = matrices.filter((m) => m.length > 1 && m.every(Number.isFinite));
  const [x, y] = [long[0], long[1]];
  const place = { file: source.name };
  if (!x || !y) throw new ThioscopeError("FILE_DAMAGED", "the document holds no axis with intensities", place);
  if (x.length !== y.length || long.length > 2)
    throw new ThioscopeError(
      "FORMAT_VERSION",
      `only single spectra are read: matrices of ${long.map((m) => m.length).join(", ")} values`,
      place,
    );
  const [yUnit = "", xUnit = ""] = units;
  const { axis, unit } = axisNamed(xUnit);
  const laser = Number(facts.find(([key]) => key === "Laser (nm) (exact)")?.[1]);
  // with a laser LabSpec writes shifts in 1/cm
  const shift = axis === "wavenumber" && laser > 0;
  const spectrum = {
    name: source.name,
    axis: shift ? ("ramanShift" as const) : axis,
    x,
    xUnit: unit,
    y,
    yUnit: /cnt\/sec/i.test(yUnit) ? "counts/s" : /cnt/i.test(yUnit) ? "counts" : yUnit,
    ...(laser > 0 ? { laserNanometre: laser } : {}),
    meta: {},
  };
  return { format: "horiba-xml", technique: "Raman", meta: factsOf(facts), notices: [], spectra: [spectrum] };
}

/** TriVista: the axis as a list of values, one frame per spectrum; single-row frames only. */
export async function readTrivista(source: ByteSource): Promise<SpectraFile> {
  let x: Float64Array | null = null;
  let unit = "";
  let laser = 0;
  const frames: Float64Array[] = [];
  let facts: Readonly<Record<string, string>> = {};
  elementsOf(await readText(source), source.name, ({ name, attributes, text }) => {
    if (name === "Calibration" && x === null && attributes["Type"] === "ValueArray") {
      const [count, ...values] = (attributes["ValueArray"] ?? "").split("|").map(Number);
      if (values.length === count && values.length > 1) {
        x = Float64Array.from(values);
        unit = attributes["Unit"] ?? "";
        laser = Number(attributes["LaserWave"]);
      }
    } else if (name === "Frame") frames.push(numbers(text, /;/));
    else if (name === "Document") facts = attributes;
  });
  const place = { file: source.name };
  const axis = x as Float64Array | null;
  if (!axis || frames.length === 0) throw new ThioscopeError("FILE_DAMAGED", "the document holds no axis with frames", place);
  const wrong = frames.find((f) => f.length !== axis.length);
  if (wrong)
    throw new ThioscopeError(
      "FORMAT_VERSION",
      `frames of ${wrong.length} values over an axis of ${axis.length}: images are not read`,
      place,
    );
  const named = axisNamed(unit);
  const spectra = frames.map((y, k) => ({
    name: frames.length === 1 ? source.name : `frame ${k + 1}`,
    axis: named.axis,
    x: axis,
    xUnit: named.unit,
    y,
    yUnit: "counts",
    ...(laser > 0 ? { laserNanometre: laser } : {}),
    meta: {},
  }));
  const kept = ["Label", "DataLabel", "RecordTime", "DocType"].map((key) => [key, facts[key] ?? ""] as const);
  return { format: "trivista-tvf", technique: "Raman", meta: factsOf(kept), notices: [], spectra };
}
