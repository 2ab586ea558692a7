/** What `inspect` says of detector images and of geometry files. */
import { basename, dirname, join } from "node:path";
import type { Notice, Quantity } from "@thioscope/core";
import {
  type ByteSource,
  findImageReader,
  type GeometryFile,
  type ImageFacts,
  type ImageStack,
  imageStatistics,
  looksLikeGeometry,
  readGeometry,
  readImageStack,
} from "@thioscope/formats";
import { openAsByteSource } from "@thioscope/study/files";
import { count, warningLines } from "../inputs.ts";

export interface DiffractionFacts {
  facts: object;
  text: string;
}

/** Facts and text of an image or a geometry; null for everything else. */
export async function inspectDiffraction(source: ByteSource, path: string): Promise<DiffractionFacts | null> {
  if (await findImageReader(source)) return inspectImage(source, path);
  if (await looksLikeGeometry(source)) return inspectGeometry(basename(path), await readGeometry(source));
  return null;
}

async function inspectImage(source: ByteSource, path: string): Promise<DiffractionFacts> {
  const linked: { close(): Promise<void> }[] = [];
  const stack = await readImageStack(source, {
    // files of one stack lie in one folder
    linked: async (name) => {
      const other = await openAsByteSource(join(dirname(path), basename(name))).catch(() => null);
      if (other) linked.push(other);
      return other;
    },
  });
  try {
    return await imageFacts(basename(path), stack);
  } finally {
    stack.close();
    for (const one of linked) await one.close();
  }
}

const quantity = (value: number | null | undefined, unit: string): Quantity | null =>
  value === null || value === undefined ? null : { value, sigma: null, unit };

async function imageFacts(file: string, stack: ImageStack): Promise<DiffractionFacts> {
  const { format, width, height, frames, dtype, meta } = stack;
  const found = imageStatistics(await stack.frame(0));
  const warnings: readonly Notice[] = [...stack.notices, ...found.notices];
  const exposure = exposureOf(stack.facts);
  const facts = {
    file,
    format,
    width,
    height,
    frames,
    dtype,
    exposure,
    firstFrame: {
      min: quantity(found.min, "1"),
      max: quantity(found.max, "1"),
      mean: quantity(found.mean, "1"),
      sum: quantity(found.sum, "1"),
      pixels: found.pixels,
      negative: found.negative,
      saturated: found.saturated,
      notFinite: found.notFinite,
    },
    warnings,
    meta,
  };
  const number = (value: number | null): string =>
    value === null ? "–" : Number(value.toPrecision(6)).toLocaleString("en").replace("-", "−");
  const bad = [`${count(found.negative, "negative pixel")}`, `${found.saturated.toLocaleString("en")} saturated`];
  if (found.notFinite > 0) bad.push(`${found.notFinite.toLocaleString("en")} not finite`);
  const known = exposureText(exposure);
  const lines = [
    `${file}  ${[format, `${width} × ${height} pixels`, count(frames, "frame"), dtype].join(" · ")}`,
    ...(known === "" ? [] : [`  exposure  ${known}`]),
    `  frame 1   ${number(found.min)} to ${number(found.max)}, mean ${number(found.mean)}, sum ${found.sum.toLocaleString("en")}; ${bad.join(", ")}`,
    ...warningLines(warnings).map((line) => `  warning   ${line}`),
  ];
  return { facts, text: lines.join("\n") };
}

/** The header in lab units; null for what it does not say. */
function exposureOf(facts: ImageFacts) {
  const scaled = (value: number | undefined, factor: number, unit: string): Quantity | null =>
    quantity(value === undefined ? null : Number((value * factor).toPrecision(15)), unit);
  return {
    time: scaled(facts.exposureSecond, 1, "s"),
    startedAt: facts.startedAt ?? null,
    wavelength: scaled(facts.wavelengthMetre, 1e10, "Å"),
    distance: scaled(facts.distanceMetre, 1e3, "mm"),
    pixelHeight: scaled(facts.pixel1Metre, 1e6, "µm"),
    pixelWidth: scaled(facts.pixel2Metre, 1e6, "µm"),
    beamRow: scaled(facts.beamRow, 1, "px"),
    beamColumn: scaled(facts.beamColumn, 1, "px"),
    saturation: scaled(facts.saturationCount, 1, "1"),
    // in the units of the instrument, which the header does not say
    motors: Object.fromEntries(Object.entries(facts.motors ?? {}).map(([name, value]) => [name, quantity(value, "")])),
  };
}

function exposureText(exposure: ReturnType<typeof exposureOf>): string {
  const say = (word: string, value: Quantity | null): string[] => (value ? [`${word}${value.value} ${value.unit}`] : []);
  return [
    ...say("", exposure.time),
    ...(exposure.startedAt === null ? [] : [exposure.startedAt]),
    ...say("λ ", exposure.wavelength),
    ...say("distance ", exposure.distance),
    ...say("pixel ", exposure.pixelWidth),
  ].join(", ");
}

function inspectGeometry(file: string, { format, geometry, orientationStated, detector, notices, meta }: GeometryFile): DiffractionFacts {
  const scaled = (value: number | null, factor: number, unit: string): Quantity | null =>
    quantity(value === null ? null : Number((value * factor).toPrecision(15)), unit);
  const degree = 180 / Math.PI;
  const facts = {
    file,
    format,
    detector,
    distance: scaled(geometry.distanceMetre, 1e3, "mm"),
    poni1: scaled(geometry.poni1Metre, 1e3, "mm"),
    poni2: scaled(geometry.poni2Metre, 1e3, "mm"),
    rot1: scaled(geometry.rot1, degree, "°"),
    rot2: scaled(geometry.rot2, degree, "°"),
    rot3: scaled(geometry.rot3, degree, "°"),
    wavelength: scaled(geometry.wavelengthMetre, 1e10, "Å"),
    pixelHeight: scaled(geometry.pixel1Metre, 1e6, "µm"),
    pixelWidth: scaled(geometry.pixel2Metre, 1e6, "µm"),
    width: geometry.shape?.[1] ?? null,
    height: geometry.shape?.[0] ?? null,
    orientation: geometry.orientation,
    orientationStated,
    warnings: notices,
    meta,
  };
  const say = (value: Quantity | null): string => (value ? `${Number(value.value.toPrecision(8))} ${value.unit}` : "not stated");
  const lines = [
    `${file}  ${[format, detector || "flat detector", `distance ${say(facts.distance)}`, `λ ${say(facts.wavelength)}`, `pixel ${say(facts.pixelWidth)}`].join(" · ")}`,
    `  PONI      ${say(facts.poni1)}, ${say(facts.poni2)}; rotations ${say(facts.rot1)}, ${say(facts.rot2)}, ${say(facts.rot3)}; orientation ${geometry.orientation}`,
    ...warningLines(notices).map((line) => `  warning   ${line}`),
  ];
  return { facts, text: lines.join("\n") };
}
