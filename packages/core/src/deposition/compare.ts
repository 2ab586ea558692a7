/**
 * Questions put to several electrolytes, sizes and forms at once: the same defect in each electrolyte with both forms of the pressure term,
 * the hot spot against the pore's size, against the distance of neighbouring pores, and against the fineness of the mesh at a sharp rim.
 */
import { checkCancelled, QUIET, type TaskContext } from "../task.ts";
import { type Quantity, quantity } from "../units/quantity.ts";
import { type DepositionCase, type DepositionGrid, type Distribution, distribute, RESOLUTIONS, type Resolution } from "./distribute.ts";
import { cellRadius, type Defect } from "./geometry.ts";
import type { Kinetics, PressureForm } from "./kinetics.ts";
import { flatCompression } from "./mechanics.ts";
import type { DepositionElectrolyte, DepositionMetal } from "./parameters.ts";

/** What is asked, apart from the electrolyte and the form. */
export interface DepositionQuestion {
  defect: Defect;
  width: number;
  height: number;
  /** A/m² */
  current: number;
  /** K */
  temperature: number;
  metal: DepositionMetal;
  pressure?: { defect: number; flat: number };
  /** whether the capillary term counts */
  capillary?: boolean;
}

export const PRESSURE_FORMS: readonly PressureForm[] = ["shift", "factor"];

export function kineticsOf({ metal, temperature }: Pick<DepositionQuestion, "metal" | "temperature">, form: PressureForm): Kinetics {
  return {
    exchangeCurrent: metal.exchangeCurrent.value,
    cathodicTransfer: metal.cathodicTransfer.value,
    molarVolume: metal.molarVolume.value,
    ionVolume: metal.ionVolume.value,
    temperature,
    form,
  };
}

/** The case of one electrolyte with one form. */
export function depositionCase(question: DepositionQuestion, electrolyte: DepositionElectrolyte, form: PressureForm): DepositionCase {
  const { defect, width, height, current, pressure, capillary, metal } = question;
  return {
    defect,
    width,
    height,
    current,
    conductivity: electrolyte.conductivity.value,
    kinetics: kineticsOf(question, form),
    ...(pressure ? { pressure } : {}),
    ...(pressure && metal.ionVolume.value !== 0 && form === "shift" ? elasticCompression(question, electrolyte) : {}),
    ...(capillary ? { interfaceEnergy: metal.interfaceEnergy.value } : {}),
  };
}

/** Level 2: where the ion takes room in the electrolyte, the elastic compression of the interface counts; of pores only, elsewhere it is the metal's pressure. */
function elasticCompression(
  { defect, width, height, pressure }: DepositionQuestion,
  e: DepositionElectrolyte,
): Pick<DepositionCase, "compression"> {
  if (!("radius" in defect) || pressure === undefined) return {};
  const flat = flatCompression({
    defect,
    width,
    height,
    youngsModulus: e.youngsModulus.value,
    poisson: e.poisson.value,
    pressure: pressure.defect,
    stackPressure: pressure.flat,
  });
  // on the defect the electrolyte bears the metal's own pressure
  return { compression: (places) => (q) => (places.y[q] === 0 ? flat(places.x[q]!) : pressure.defect) };
}

export interface Compared {
  electrolyte: DepositionElectrolyte;
  /** with U_p, equation "shift" */
  shift: Distribution;
  /** with the factor on the exchange current; the same object where no pressure is given */
  factor: Distribution;
}

/** Without pressure both forms are the same equation, and it is solved once. */
export function compareElectrolytes(
  question: DepositionQuestion,
  electrolytes: readonly DepositionElectrolyte[],
  resolution: Resolution = RESOLUTIONS.normal,
  context: TaskContext = QUIET,
): Compared[] {
  let grid: DepositionGrid | undefined;
  const solved = (e: DepositionElectrolyte, form: PressureForm): Distribution => {
    const found = distribute(depositionCase(question, e, form), resolution, QUIET, grid);
    grid = found.grid;
    return found;
  };
  const pressed = question.pressure !== undefined && (question.pressure.defect !== 0 || question.pressure.flat !== 0);
  return electrolytes.map((electrolyte, k) => {
    checkCancelled(context);
    context.progress(k, electrolytes.length, "electrolytes");
    const [shift, factor] = PRESSURE_FORMS.map((form, f) =>
      f === 0 || pressed || question.capillary ? solved(electrolyte, form) : undefined,
    );
    return { electrolyte, shift: shift!, factor: factor ?? shift! };
  });
}

export interface SizePoint {
  /** m */
  radius: number;
  /** one per electrolyte */
  hotSpots: readonly Quantity[];
}

/** Hot spot against the pore's radius, its shape kept; the electrolyte is at least five times the larger of radius and depth wide and high. */
export function hotSpotBySize(
  question: DepositionQuestion & { defect: Extract<Defect, { radius: number }> },
  electrolytes: readonly DepositionElectrolyte[],
  radii: readonly number[],
  resolution: Resolution = RESOLUTIONS.preview,
  context: TaskContext = QUIET,
): SizePoint[] {
  return radii.map((radius, k) => {
    checkCancelled(context);
    context.progress(k, radii.length, "sizes");
    const defect = scaled(question.defect, radius / question.defect.radius);
    const room = 5 * Math.max(defect.radius, defect.depth);
    const asked = { ...question, defect, width: Math.max(question.width, room), height: Math.max(question.height, room) };
    let grid: DepositionGrid | undefined;
    const hotSpots = electrolytes.map((e) => {
      const found = distribute(depositionCase(asked, e, "shift"), resolution, QUIET, grid);
      grid = found.grid;
      return found.hotSpot;
    });
    return { radius, hotSpots };
  });
}

function scaled<D extends Extract<Defect, { radius: number }>>(defect: D, by: number): D {
  return {
    ...defect,
    radius: defect.radius * by,
    depth: defect.depth * by,
    ...("fillet" in defect && defect.fillet !== undefined ? { fillet: defect.fillet * by } : {}),
    ...("level" in defect ? { level: defect.level * by } : {}),
  };
}

/** Hot spot against the distance of neighbouring pores in a hexagonal pattern, each pore in the cylinder with the area of its cell. */
export function hotSpotBySpacing(
  question: DepositionQuestion,
  electrolyte: DepositionElectrolyte,
  spacings: readonly number[],
  resolution: Resolution = RESOLUTIONS.preview,
): { spacing: number; hotSpot: Quantity }[] {
  return spacings.map((spacing) => {
    const width = cellRadius(spacing);
    return { spacing, hotSpot: distribute(depositionCase({ ...question, width }, electrolyte, "shift"), resolution).hotSpot };
  });
}

export interface RimStudy {
  /** size of the mesh at the rim relative to the first, and the hot spot */
  sizes: readonly number[];
  hotSpots: readonly number[];
  /** −d ln max / d ln h between the two finest: 0 where the maximum is a property of the problem, up to ½ where it is one of the mesh */
  exponent: Quantity;
}

/** The hot spot with ever finer meshes at the rim. */
export function rimStudy(asked: DepositionCase, resolution: Resolution = RESOLUTIONS.normal): RimStudy {
  const sizes = [1, 1 / 4, 1 / 16, 1 / 64];
  const rim = resolution.rim ?? 1 / 8;
  const hotSpots = sizes.map((s) => distribute(asked, { ...resolution, rim: rim * s }).hotSpot.value);
  const slopes = [1, 2, 3].map((k) => Math.log(hotSpots[k]! / hotSpots[k - 1]!) / Math.log(4));
  return { sizes, hotSpots, exponent: quantity(slopes[2]!, "1", Math.abs(slopes[2]! - slopes[1]!)) };
}
