/**
 * What a raw file of an area beside cycling and diffraction frames holds, read far enough to be sure that it can be read: for a new study, and for what
 * is dropped on the page. Free of the file system.
 */
import { type Notice, type TaskContext, ThioscopeError } from "@thioscope/core";
import {
  type ByteSource,
  POINTS_SIZE_LIMIT,
  type RawKind,
  readAbsorption,
  readCifStructures,
  readClaims,
  readCurve,
  readEnergies,
  readFeffPath,
  readImageStack,
  readIons,
  readObservations,
  readPattern,
  readPointSet,
  readSpectra,
  readThermal,
  readTomographyScan,
  readTrajectory,
} from "@thioscope/formats";

export interface FoundRaw {
  readonly kind: RawKind;
  readonly format: string;
  /** in words: "8 spectra, binding energy" */
  readonly what: string;
  readonly rows: number;
  /** of a trajectory: its elements, the ion that moves first */
  readonly species: readonly string[];
  readonly notices: readonly Notice[];
  /** what a picture or trajectory does not state and somebody has to */
  readonly missing: readonly string[];
  /** files of one folder that belong to different series have different words here: instruments, wavelengths, sizes of pictures */
  readonly series?: string;
  /** of patterns of total scattering: settings of their source as the file states them */
  readonly scattering?: Readonly<Record<string, string>>;
  /** of a pair distribution function: what it says of the pattern that it was made of */
  readonly madeOf?: { readonly file: string; readonly background: string | null; readonly settings: Readonly<Record<string, string>> };
  /** of structures: the names of their data blocks */
  readonly structures?: readonly string[];
}

/**
 * Patterns that reach further than this in Q = 4π sin θ/λ are measured for pair distribution functions, 1/Å: copper ends at 8, molybdenum at 17 only where
 * the detector goes all the way round, and nobody refines a cell with that.
 */
const TOTAL_SCATTERING = 15;

/** Fine structure is looked for in scans that reach this far, eV. */
const FAR_ABOVE_THE_EDGE = 400;
/** Ions that move, the likeliest first. */
const MOVING = ["Na", "Li", "K", "Ag", "Mg", "Zn"];

const many = (count: number, what: string): string => `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;

/**
 * @param single structures of one frame and χ(k) alone count as well, which no step of a study takes
 * @returns null for kinds that are looked at elsewhere or that no source takes
 * @throws ThioscopeError what the reader of the kind says of a damaged file
 */
export async function lookInto(
  source: ByteSource,
  kind: RawKind,
  context: TaskContext,
  { single = false }: { single?: boolean } = {},
): Promise<FoundRaw | null> {
  const found = (format: string, what: string, rows: number, more: Partial<FoundRaw> = {}): FoundRaw => ({
    kind,
    format,
    what,
    rows,
    species: [],
    notices: [],
    missing: [],
    ...more,
  });
  const text = async (): Promise<string> => {
    if (source.size > POINTS_SIZE_LIMIT)
      throw new ThioscopeError("INVALID_INPUT", `${source.size} bytes: texts of up to ${POINTS_SIZE_LIMIT} are read`, {
        file: source.name,
      });
    return new TextDecoder().decode(await source.read(0, source.size));
  };
  switch (kind) {
    case "absorption": {
      const { format, scans, notices } = await readAbsorption(source);
      if (scans.length === 0) {
        throw new ThioscopeError("INVALID_INPUT", "χ(k) without the scan that it comes from: no step of a study takes it", {
          file: source.name,
        });
      }
      const span = Math.max(...scans.map(({ energy }) => energy.at(-1)! - energy[0]!));
      const points = scans.reduce((sum, { energy }) => sum + energy.length, 0);
      const far = span > FAR_ABOVE_THE_EDGE ? ", with fine structure" : "";
      return found(format, `X-ray absorption, ${many(scans.length, "scan")}${far}`, points, { notices });
    }
    case "raman":
    case "photoelectrons":
    case "masses":
    case "spectra": {
      const { format, technique, spectra, notices } = await readSpectra(source);
      const points = spectra.reduce((sum, { x }) => sum + x.length, 0);
      return found(
        format,
        `${technique}, ${spectra.length === 1 ? "1 spectrum" : `${spectra.length.toLocaleString("en")} spectra`}`,
        points,
        {
          notices,
          missing:
            kind === "raman" && spectra.some(({ axis, laserNanometre }) => axis === "wavelength" && !laserNanometre) ? ["laser"] : [],
        },
      );
    }
    case "powder": {
      const { x, format, wavelengthAngstrom, notices } = await readPattern(source);
      const [from, to] = [x[0]!, x[x.length - 1]!];
      const range = `${from.toFixed(2)} to ${to.toFixed(2)}`;
      const q = wavelengthAngstrom === null ? 0 : (4 * Math.PI * Math.sin((to * Math.PI) / 360)) / wavelengthAngstrom;
      if (q > TOTAL_SCATTERING)
        return found(format, `total scattering, ${range}, up to ${q.toFixed(1)} 1/Å`, x.length, {
          notices,
          scattering: { wavelength: `${wavelengthAngstrom} Å` },
        });
      return found(format, `powder pattern, ${range}`, x.length, { notices, series: `${format} ${wavelengthAngstrom?.toFixed(3)}` });
    }
    case "pdf":
      return ofPdf(source, found);
    case "thermal": {
      const { format, technique, temperatureCelsius, notices } = await readThermal(source);
      return found(format, technique, temperatureCelsius.length, { notices });
    }
    case "ions": {
      const { format, ions, spectra, notices } = await readIons(source);
      return found(format, `counts of ${many(ions.length, "ion")} over ${many(spectra.length, "area")}`, ions.length, { notices });
    }
    case "trajectory": {
      const { species, frames, timestepFs, notices, format } = await framesOf(source, context, single);
      if (frames < 2 && !single) {
        throw new ThioscopeError("INVALID_INPUT", "one frame and no run: thioscope md and topology take it as a structure", {
          file: source.name,
        });
      }
      const elements = [...new Set(species)];
      const moving = MOVING.filter((ion) => elements.includes(ion));
      const order = [...moving, ...elements.filter((element) => !moving.includes(element))];
      return found(
        format,
        `${single ? `${many(frames, "frame")}, ` : ""}${many(species.length, "atom")} of ${elements.join(", ")}`,
        frames,
        {
          species: order,
          notices,
          missing: timestepFs === null ? ["timestep"] : [],
        },
      );
    }
    case "structure": {
      const blocks = readCifStructures(await text(), source.name);
      return found("CIF", many(blocks.length, "crystal structure"), blocks.length, { structures: blocks.map(({ name }) => name) });
    }
    case "energies": {
      const { phases, notices } = await readEnergies(source);
      return found("energies", many(phases.length, "phase"), phases.length, { notices });
    }
    case "points": {
      const set = readPointSet(await text(), source.name);
      const count = set.lower ? Math.round((1 + Math.sqrt(1 + 8 * set.lower.length)) / 2) : set.points.length / 3;
      return found(set.lower ? "distances" : "points", many(count, "point"), count, { notices: set.notices });
    }
    case "claims": {
      const claims = readClaims(await text(), source.name);
      const { length } = "claims" in claims ? claims.claims : claims;
      return found("claims", many(length, "claim"), length);
    }
    case "observations": {
      const { observations, notices } = readObservations(await text(), source.name);
      return found("observations", many(observations.length, "observation"), observations.length, { notices });
    }
    case "path":
      await readFeffPath(source);
      return found("FEFF", "scattering path", 1);
    case "scan": {
      const scan = await readTomographyScan(source);
      if (!scan) return null;
      const { format, projections, width, height, notices } = scan;
      scan.close();
      return found(format, `${many(projections, "projection")} of ${width} × ${height} pixels`, projections, { notices });
    }
    case "picture": {
      const stack = await readImageStack(source);
      const { format, width, height, notices, facts } = stack;
      stack.close();
      return found(format, `picture of ${width} × ${height} pixels`, stack.frames, {
        series: `${format} ${width} ${height}`,
        notices,
        missing: facts.pixel1Metre === undefined ? ["pixel"] : [],
      });
    }
    default:
      return null;
  }
}

/** Of a trajectory for a study only whether it holds a run: the rest is read when it is needed. */
async function framesOf(source: ByteSource, context: TaskContext, all: boolean) {
  let frames = 0;
  const summary = await readTrajectory(
    source,
    { frame: () => ++frames < 2 || all },
    { task: all ? context : { ...context, progress() {} } },
  );
  return { ...summary, frames };
}

/** A pattern over Q that is still to be transformed, or a function that was made of one and says of which. */
async function ofPdf(
  source: ByteSource,
  found: (format: string, what: string, rows: number, more?: Partial<FoundRaw>) => FoundRaw,
): Promise<FoundRaw> {
  const { x, meta } = await readCurve(source);
  const stated = (name: string): string | null => (meta[name] && meta[name] !== "None" ? meta[name] : null);
  const input = stated("inputfile");
  if (input !== null) {
    const wavelength = stated("wavelength");
    const composition = stated("composition");
    const settings = {
      ...(composition ? { composition } : {}),
      ...(wavelength && !/^q/i.test(meta.dataformat ?? "") ? { wavelength: `${wavelength} Å` } : {}),
    };
    const background = stated("backgroundfiles") ?? stated("backgroundfile");
    return found("PDFgetX", "pair distribution function, or what it was made with", x.length, {
      madeOf: { file: input, background, settings },
    });
  }
  const to = x[x.length - 1]!;
  if (/\.iq$/i.test(source.name) && to > TOTAL_SCATTERING)
    return found("columns", `total scattering over Q, up to ${to.toFixed(1)} 1/Å`, x.length, { scattering: {} });
  throw new ThioscopeError(
    "INVALID_INPUT",
    "a pair distribution function or structure function that is made already: for thioscope pdf peaks and fit",
    {
      file: source.name,
    },
  );
}
