/**
 * Geometry in NeXus files: NXdetector with distance, beam centre and pixel sizes, and the directions of its rows and columns in an NXdetector_module
 * (NeXus definitions, NXdetector_module; axes of McStas: z along the beam, y up, x to the left of who looks along the beam).
 *
 * pyFAI's axes are axis 1 = y, axis 2 = x, axis 3 = z at orientation 3. With unit vectors f (from column to column) and s (from row to row), and o the corner of
 * the first pixel, the normal is n = ±f × s towards the beam's direction; distance = o·n, and the PONI lies at −o·s, −o·f from the corner. The
 * rotations follow from R with columns (s, f, n) in the order (y, x, z).
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import { beamGeometry, type DetectorGeometry, type Orientation, pixelFrame, rotationMatrix } from "@thioscope/core/diffraction";
import type { ByteSource } from "../bytes/source.ts";
import { unitFactor } from "../images/facts.ts";
import { attribute, type Item, valueAt, walk } from "../images/hdf5/access.ts";
import { LazyFile } from "../images/hdf5/lazyFile.ts";
import { isPicture } from "../images/hdf5/locate.ts";
import { readFacts } from "../images/hdf5/nexusFacts.ts";
import { checkStated, type GeometryFile } from "./model.ts";

type Vector = readonly [number, number, number];

/** @throws FILE_FOREIGN where no NXdetector states a distance, FORMAT_VERSION for detectors whose placement depends on more than is read */
export async function readNexusGeometry(source: ByteSource): Promise<GeometryFile> {
  const lazy = await LazyFile.open(source);
  try {
    const { items } = await walk(lazy);
    const detector = items.find((item) => item.nxClass === "NXdetector");
    if (!detector) throw new ThioscopeError("FILE_FOREIGN", "the file has no NXdetector", { file: source.name });
    const { facts } = await readFacts(lazy, items, detector.path, 1);
    const data = items.find((item) => item.path.startsWith(`${detector.path}/`) && isPicture(item));
    const dims = data?.metadata?.shape;
    const shape = dims ? ([dims.at(-2)!, dims.at(-1)!] as const) : await statedShape(lazy, detector.path);
    const name = await valueAt(lazy, `${detector.path}/description`);
    const notices: Notice[] = [];
    const placed = await placement(lazy, items, detector.path, source.name);
    const common = {
      pixel1Metre: facts.pixel1Metre ?? null,
      pixel2Metre: facts.pixel2Metre ?? null,
      wavelengthMetre: facts.wavelengthMetre ?? null,
      shape,
    };
    const rest = { format: "nexus" as const, detector: typeof name === "string" ? name : "", meta: { path: detector.path }, notices };
    if (placed)
      return {
        ...rest,
        geometry: checkStated({ ...common, ...fromPlacement(placed, common, source.name) }, source.name),
        orientationStated: true,
      };
    const { distanceMetre, beamRow, beamColumn } = facts;
    if (
      distanceMetre === undefined ||
      beamRow === undefined ||
      beamColumn === undefined ||
      common.pixel1Metre === null ||
      common.pixel2Metre === null
    ) {
      throw new ThioscopeError(
        "FILE_FOREIGN",
        `${detector.path} states no geometry: distance, beam_center_x, beam_center_y, x_pixel_size and y_pixel_size are needed`,
        { file: source.name },
      );
    }
    notices.push({
      code: "orientation-assumed",
      message: "distance and beam centre only: no tilt, and orientation 2 (first row at the top, as NeXus counts) is taken",
    });
    // rows counted from the top: axis 1 begins at the last row
    const poni1Metre = ((shape?.[0] ?? 0) - beamRow) * common.pixel1Metre;
    if (!shape)
      throw new ThioscopeError("FILE_FOREIGN", `${detector.path} holds no image: the shape of the detector is not known`, {
        file: source.name,
      });
    const geometry = {
      ...common,
      distanceMetre,
      poni1Metre,
      poni2Metre: beamColumn * common.pixel2Metre,
      rot1: 0,
      rot2: 0,
      rot3: 0,
      orientation: 2 as Orientation,
    };
    return { ...rest, geometry: checkStated(geometry, source.name), orientationStated: false };
  } finally {
    lazy.close();
  }
}

async function statedShape(lazy: LazyFile, detector: string): Promise<readonly [number, number] | null> {
  const size = await valueAt(lazy, `${detector}/module/data_size`);
  return Array.isArray(size) && size.length === 2 && size.every((n) => Number.isInteger(n) && n > 0)
    ? [size[0] as number, size[1] as number]
    : null;
}

interface Placement {
  fast: Vector;
  slow: Vector;
  /** corner of the first pixel, m */
  corner: Vector;
}

/** Directions and corner from the NXdetector_module; null where there is none. */
async function placement(lazy: LazyFile, items: readonly Item[], detector: string, file: string): Promise<Placement | null> {
  const module = items.find((item) => item.nxClass === "NXdetector_module" && item.path.startsWith(`${detector}/`));
  if (!module) return null;
  const vectorOf = async (name: string): Promise<{ vector: Vector; offset: Vector; value: number; depends: string } | null> => {
    const path = `${module.path}/${name}`;
    const vector = asVector(await attribute(lazy, path, "vector"));
    if (!vector) return null;
    const offset = asVector(await attribute(lazy, path, "offset")) ?? [0, 0, 0];
    const units = await attribute(lazy, path, "units");
    const offsetUnits = await attribute(lazy, path, "offset_units");
    const factor = (word: unknown): number => (typeof word === "string" ? (unitFactor(word, "length") ?? Number.NaN) : 1);
    const value = await valueAt(lazy, path);
    const depends = await attribute(lazy, path, "depends_on");
    const scale = factor(offsetUnits ?? units);
    return {
      vector,
      offset: [offset[0] * scale, offset[1] * scale, offset[2] * scale],
      value: (typeof value === "number" ? value : 0) * factor(units),
      depends: typeof depends === "string" ? depends : ".",
    };
  };
  const [fast, slow, origin] = [
    await vectorOf("fast_pixel_direction"),
    await vectorOf("slow_pixel_direction"),
    await vectorOf("module_offset"),
  ];
  if (!fast || !slow || !origin) return null;
  if (origin.depends !== "." && origin.depends !== "") {
    throw new ThioscopeError(
      "FORMAT_VERSION",
      `the detector's place depends on ${origin.depends}; read are modules placed in the laboratory (depends_on ".")`,
      { file },
    );
  }
  const corner: Vector = [0, 1, 2].map((i) => origin.offset[i]! + origin.value * unit(origin.vector)[i]!) as unknown as Vector;
  return { fast: unit(fast.vector), slow: unit(slow.vector), corner };
}

function asVector(value: unknown): Vector | null {
  return Array.isArray(value) && value.length === 3 && value.every((n) => typeof n === "number" && Number.isFinite(n))
    ? (value as unknown as Vector)
    : null;
}

const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

function unit(v: Vector): Vector {
  const length = Math.sqrt(dot(v, v));
  return length > 0 ? [v[0] / length, v[1] / length, v[2] / length] : v;
}

/** Which of the orientations 1 to 8 has axes that grow like these, and the rotations that turn them. */
function fromPlacement(
  { fast, slow, corner }: Placement,
  detector: { pixel1Metre: number | null; pixel2Metre: number | null; shape: readonly [number, number] | null },
  file: string,
): Pick<DetectorGeometry, "distanceMetre" | "poni1Metre" | "poni2Metre" | "rot1" | "rot2" | "rot3" | "orientation"> {
  if (Math.abs(dot(fast, slow)) > 1e-6 || Math.abs(dot(fast, fast) - 1) > 1e-9 || Math.abs(dot(slow, slow) - 1) > 1e-9) {
    throw new ThioscopeError("FILE_DAMAGED", "the directions of rows and columns are not at right angles", { file });
  }
  const { pixel1Metre, pixel2Metre, shape } = detector;
  if (pixel1Metre === null || pixel2Metre === null || !shape) {
    throw new ThioscopeError("FILE_FOREIGN", "the file states no pixel sizes or no shape of the image", { file });
  }
  const transposed = Math.abs(slow[1]) + Math.abs(fast[0]) < Math.abs(slow[0]) + Math.abs(fast[1]);
  const [along1, along2] = transposed ? [fast, slow] : [slow, fast];
  const [step1, step2] = [along1[1] >= 0 ? 1 : -1, along2[0] >= 0 ? 1 : -1];
  const e1: Vector = [step1 * along1[0], step1 * along1[1], step1 * along1[2]];
  const e2: Vector = [step2 * along2[0], step2 * along2[1], step2 * along2[2]];
  const rowsBack = (transposed ? step2 : step1) < 0;
  const columnsBack = (transposed ? step1 : step2) < 0;
  const orientation = orientationOf(transposed, rowsBack, columnsBack);
  // x × y = z: axis 2 × axis 1 is the normal
  const n: Vector = [e2[1] * e1[2] - e2[2] * e1[1], e2[2] * e1[0] - e2[0] * e1[2], e2[0] * e1[1] - e2[1] * e1[0]];
  const frame = pixelFrame({ pixel1Metre, pixel2Metre, orientation, shape });
  // the origin of the axes is at the corner from which both grow
  const poni1Metre = frame.origin[0] - dot(corner, e1);
  const poni2Metre = frame.origin[1] - dot(corner, e2);
  // R's rows are lab axes (y, x, z), its columns (e1, e2, n): see core's rotation matrix
  const rot2 = Math.asin(Math.max(-1, Math.min(1, e1[2])));
  const rot1 = Math.atan2(-e2[2], n[2]);
  const rot3 = Math.atan2(e1[0], e1[1]);
  return { distanceMetre: dot(corner, n), poni1Metre, poni2Metre, rot1, rot2, rot3, orientation };
}

function orientationOf(transposed: boolean, rowsBack: boolean, columnsBack: boolean): Orientation {
  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8] as const) {
    const { perRow, perColumn } = pixelFrame({ pixel1Metre: 1, pixel2Metre: 1, orientation, shape: [1, 1] });
    const row = transposed ? perRow[1] : perRow[0];
    const column = transposed ? perColumn[0] : perColumn[1];
    if (row === (rowsBack ? -1 : 1) && column === (columnsBack ? -1 : 1)) return orientation;
  }
  return 3;
}

/** Fields and attributes that state a geometry, for the writer of NeXus files. */
export interface NexusGeometryFields {
  /** below the NXdetector: name → value and unit */
  fields: Readonly<Record<string, { value: number; units: string }>>;
  /** below its NXdetector_module */
  module: Readonly<Record<string, { value: number; units: string; vector: Vector }>>;
  dataSize: readonly [number, number];
}

export function nexusGeometryFields(geometry: DetectorGeometry): NexusGeometryFields {
  const beam = beamGeometry(geometry);
  const r = rotationMatrix(geometry);
  const { origin, perRow, perColumn } = pixelFrame(geometry);
  // lab (t1, t2, t3) of a vector in the detector's axes, in the order x, y, z of McStas
  const lab = (d1: number, d2: number, d3: number): Vector => [
    r[3]! * d1 + r[4]! * d2 + r[5]! * d3,
    r[0]! * d1 + r[1]! * d2 + r[2]! * d3,
    r[6]! * d1 + r[7]! * d2 + r[8]! * d3,
  ];
  const corner = lab(origin[0] - geometry.poni1Metre, origin[1] - geometry.poni2Metre, geometry.distanceMetre);
  const far = Math.sqrt(dot(corner, corner));
  return {
    fields: {
      distance: { value: beam.beamDistanceMetre, units: "m" },
      beam_center_x: { value: beam.centreColumn, units: "pixel" },
      beam_center_y: { value: beam.centreRow, units: "pixel" },
      x_pixel_size: { value: geometry.pixel2Metre, units: "m" },
      y_pixel_size: { value: geometry.pixel1Metre, units: "m" },
    },
    module: {
      module_offset: { value: far, units: "m", vector: unit(corner) },
      fast_pixel_direction: { value: geometry.pixel2Metre, units: "m", vector: unit(lab(perColumn[0], perColumn[1], 0)) },
      slow_pixel_direction: { value: geometry.pixel1Metre, units: "m", vector: unit(lab(perRow[0], perRow[1], 0)) },
    },
    dataSize: geometry.shape,
  };
}
