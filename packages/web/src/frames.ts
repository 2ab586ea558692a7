/** Detector frames dropped on the page: shown as they are, with a geometry integrated, with a calibrant's name calibrated. */
import { type Notice, type TaskContext, ThioscopeError } from "@thioscope/core";
import { calibrant } from "@thioscope/core/crystal";
import {
  type Calibration,
  cakeView,
  calibrate,
  type DetectorGeometry,
  detectorView,
  type ExpectedRing,
  type FramePixels,
  integrateFrame,
  integrationPlan,
  isEmptyFrame,
  wavelengthOfEnergy,
} from "@thioscope/core/diffraction";
import type { DiffractionContent, Part } from "@thioscope/core/story";
import {
  type ByteSource,
  completeGeometry,
  type DetectorImage,
  type GeometryFile,
  type ImageStack,
  readImageStack,
  writePoni,
} from "@thioscope/formats";
import type { CalibrationWish } from "@thioscope/views";

/** A file of frames, opened. */
export interface FrameFile {
  name: string;
  hash: string | null;
  stack: ImageStack;
  /** the frames that are shown: the first, the last and some between */
  frames: readonly { index: number; image: DetectorImage }[];
  mask: Uint8Array | null;
}

/** Frames of one file that are shown. */
const MOST_FRAMES = 6;
const BINS = 1000;
const SECTORS = 36;

export async function openFrames(source: ByteSource, hash: string | null, context: TaskContext): Promise<FrameFile> {
  const stack = await readImageStack(source, { task: context });
  const count = Math.min(MOST_FRAMES, stack.frames);
  const frames: FrameFile["frames"][number][] = [];
  for (let k = 0; k < count; k++) {
    context.progress(k, count, "frames");
    const index = count === 1 ? 0 : Math.round((k * (stack.frames - 1)) / (count - 1));
    frames.push({ index, image: await stack.frame(index) });
  }
  return { name: source.name, hash, stack, frames, mask: (await stack.mask())?.masked ?? null };
}

/** What the user asked for: rings of a calibrant in the first frame of a file. */
export interface FrameWishes {
  geometry: GeometryFile | null;
  calibration: CalibrationWish | null;
  /** rings that are expected without a calibration */
  rings?: readonly ExpectedRing[];
}

/** One part for all files of frames. Throws INVALID_INPUT for a geometry that does not fit the frames. */
export function framesPart(files: readonly FrameFile[], wishes: FrameWishes): Part {
  const notices: Notice[] = files.flatMap(({ name, stack, frames }) => {
    const left =
      frames.length === MOST_FRAMES && stack.frames > MOST_FRAMES
        ? [{ code: "frames-left-out", message: `${name}: ${MOST_FRAMES} of ${stack.frames} frames are shown` }]
        : [];
    return [...stack.notices, ...left];
  });
  const found = wishes.calibration ? calibrated(files, wishes.calibration, notices) : null;
  const geometryOf = (file: FrameFile): DetectorGeometry | null => {
    const { height, width, facts } = file.stack;
    if (found && found.geometry.shape[0] === height && found.geometry.shape[1] === width) return found.geometry;
    return wishes.geometry && completeGeometry(wishes.geometry, { shape: [height, width], ...facts });
  };
  const rings = found ? found.expected : (wishes.rings ?? []);
  const content: DiffractionContent = {
    kind: "diffraction",
    calibration: found?.told ?? null,
    images: files.flatMap((file, i) =>
      file.frames.map(({ index, image }) =>
        detectorView(image.values, image.height, image.width, {
          title: file.stack.frames > 1 ? `${file.name}, frame ${index}` : file.name,
          file: i,
          frame: index,
          mask: file.mask,
          geometry: geometryOf(file),
          rings,
        }),
      ),
    ),
    ...integrated(files, geometryOf, rings, notices),
    scans: null,
    phaseMaps: [],
    stressMaps: [],
    layers: [],
    stated: statedBy(files[0], wishes.geometry),
  };
  const [first] = files;
  return {
    step: "read",
    source: null,
    title: "Detector frames",
    files: files.map(({ name, hash }) => ({ name, hash })),
    run: null,
    sentences: found ? [{ parts: sentenceOf(found.result) }] : [],
    notices,
    command: commandOf(first!.name, wishes),
    ...content,
  };
}

function statedBy(file: FrameFile | undefined, geometry: GeometryFile | null): NonNullable<DiffractionContent["stated"]> {
  const { wavelengthMetre, pixel1Metre } = geometry?.geometry ?? {};
  const pixel = file?.stack.facts.pixel1Metre ?? pixel1Metre;
  return {
    // energy and wavelength are each other's reciprocal
    ...(wavelengthMetre ? { energyKeV: Number((wavelengthOfEnergy(1) / wavelengthMetre).toPrecision(6)) } : {}),
    ...(pixel ? { pixelMicrometre: Number((1e6 * pixel).toPrecision(6)) } : {}),
  };
}

function commandOf(name: string, { calibration, geometry }: FrameWishes): string {
  if (calibration) {
    const { calibrant: what, energyKeV, pixelMicrometre } = calibration;
    return `xrd calibrate ${name} --calibrant ${what} --energy-kev ${energyKeV} --pixel-um ${pixelMicrometre} -o geometry.poni`;
  }
  return geometry ? `xrd integrate ${name} --poni geometry.poni --sectors ${SECTORS} -o out.h5` : `inspect ${name}`;
}

function sentenceOf({ parameters, rms }: Calibration): (string | { quantity: Calibration["parameters"][number] })[] {
  const named = (name: string) => ({ quantity: parameters.find((p) => p.name === name)! });
  return [
    "The detector stands ",
    named("distance"),
    " from the sample, tilted by ",
    named("tilt"),
    `; the rings lie within ${rms.pixel.toFixed(3)} px of where they ought to.`,
  ];
}

interface Found {
  result: Calibration;
  geometry: DetectorGeometry;
  expected: ExpectedRing[];
  told: DiffractionContent["calibration"];
}

/** The rings of the first frame of the file that was chosen; a failure is a notice with its reason. */
function calibrated(files: readonly FrameFile[], wish: CalibrationWish, notices: Notice[]): Found | null {
  const file = files[wish.file] ?? files[0];
  const image = file?.frames[0]?.image;
  if (!file || !image) return null;
  try {
    const wavelengthMetre = wavelengthOfEnergy(wish.energyKeV);
    const known = calibrant(wish.calibrant, Math.max(0.15, (wavelengthMetre * 1e10) / (2 * Math.sin((25 * Math.PI) / 180))));
    const pixel = wish.pixelMicrometre * 1e-6;
    const shape = [image.height, image.width] as const;
    const result = calibrate(image.values, {
      calibrant: known,
      shape,
      pixel1Metre: pixel,
      pixel2Metre: pixel,
      wavelengthMetre,
      mask: file.mask,
    });
    notices.push(...result.notices);
    const label = (hkl: readonly number[] | null, k: number): string => hkl?.join(" ") ?? `ring ${k + 1}`;
    return {
      result,
      geometry: result.geometry,
      expected: result.rings.map((ring, k) => ({ phase: known.name, label: label(ring.hkl, k), twoThetaDegree: ring.twoThetaDegree })),
      told: {
        calibrant: known.name,
        image: files.slice(0, files.indexOf(file)).reduce((n, { frames }) => n + frames.length, 0),
        parameters: result.parameters.map(({ name, value, sigma, unit, held }) => ({ name, quantity: { value, sigma, unit }, held })),
        rings: result.rings.map((ring, k) => ({
          label: label(ring.hkl, k),
          twoThetaDegree: ring.twoThetaDegree,
          off: ring.mean,
          scatterDegree: ring.scatterDegree,
          sectors: ring.sectors,
        })),
        poni: writePoni(result.geometry, `${known.name} in ${file.name}`),
      },
    };
  } catch (error) {
    if (!(error instanceof ThioscopeError)) throw error;
    notices.push({ code: error.code, message: `no geometry: ${error.message}` });
    return null;
  }
}

/** Patterns of all frames with a geometry, and the cake of the first. */
function integrated(
  files: readonly FrameFile[],
  geometryOf: (file: FrameFile) => DetectorGeometry | null,
  rings: readonly ExpectedRing[],
  notices: Notice[],
): Pick<DiffractionContent, "cakes" | "patterns"> {
  const cakes: DiffractionContent["cakes"][number][] = [];
  const patterns: DiffractionContent["patterns"][number][] = [];
  const lines = [...new Set(rings.map(({ phase }) => phase))].map((phase) => {
    const own = rings.filter((ring) => ring.phase === phase);
    return { phase, places: own.map((ring) => ring.twoThetaDegree), labels: own.map((ring) => ring.label) };
  });
  for (const file of files) {
    const geometry = geometryOf(file);
    if (!geometry) continue;
    const plan = integrationPlan(geometry, { unit: "2th_deg", bins: BINS, sectors: SECTORS, mask: file.mask });
    const done = file.frames.flatMap(({ index, image }) => {
      const frame = integrateFrame(plan, image.values as FramePixels, { errors: "poisson" });
      for (const notice of frame.notices) notices.push({ ...notice, message: `${file.name}, frame ${index}: ${notice.message}` });
      return isEmptyFrame(frame) ? [] : [{ index, frame }];
    });
    const [first] = done;
    if (!first) continue;
    cakes.push(cakeView(plan, first.frame, `${file.name}, frame ${first.index}`, lines));
    patterns.push({
      title: file.name,
      axis: { unit: plan.unit, values: plan.axis },
      along: { name: "frame", unit: "", values: done.map(({ index }) => index) },
      firstRow: [],
      lastRow: [],
      values: done.flatMap(({ frame }) => Array.from(frame.pattern.values)),
      sigma: done.flatMap(({ frame }) => Array.from(frame.pattern.sigma as Float64Array)),
      lines,
    });
  }
  return { cakes, patterns };
}
