/** A plan in WebAssembly memory: what all threads read, and for each thread a slot to work in. */
import { ThioscopeError } from "@thioscope/core";
import { FRACTION_ONE, type IntegrationPlan } from "@thioscope/core/diffraction";
import { PLAIN, SHARED } from "./wasm.ts";

/** Where things lie, in bytes from the start of the memory. Plain numbers: it can be sent to a thread. */
export interface PlanLayout {
  readonly pixels: number;
  readonly cells: number;
  readonly split: boolean;
  readonly cell: number;
  readonly fraction: number;
  readonly sparse: {
    readonly count: number;
    readonly pixel: number;
    readonly start: number;
    readonly cell: number;
    readonly weight: number;
  };
  /** the first slot, and how far it is to the next */
  readonly slot: number;
  readonly slotBytes: number;
  readonly slots: number;
  /** within a slot */
  readonly frame: number;
  readonly lanes: number;
  readonly signal: number;
  readonly variance: number;
  readonly list: number;
}

export interface PlanMemory {
  readonly memory: WebAssembly.Memory;
  readonly layout: PlanLayout;
  readonly shared: boolean;
}

/** Copies of the cells, see assembly/integrate.ts. */
const LANES = 4;
/** Invalid pixels that can be listed; a frame with more goes to the twin. */
export const LIST_ROOM = 2 ** 18;
const PAGE = 65_536;
const LARGEST_PIXEL = 4;
/** 4 GiB, all that 32-bit addresses reach. */
const MOST_PAGES = 65_536;

/** The kernels are for cells numbered by 16 bits, the number of no cell included. */
export function isKernelPlan(plan: IntegrationPlan): boolean {
  return plan.cell instanceof Uint16Array && plan.cells < FRACTION_ONE;
}

export function planMemory(plan: IntegrationPlan, slots = 1, shared = false): PlanMemory {
  const layout = layoutOf(plan, slots);
  const pages = Math.ceil((layout.slot + slots * layout.slotBytes) / PAGE);
  if (pages > MOST_PAGES) {
    const most = Math.floor((MOST_PAGES * PAGE - layout.slot) / layout.slotBytes);
    throw new ThioscopeError(
      "INVALID_INPUT",
      `${slots} threads on frames of ${layout.pixels} pixels need more than 4 GB; ${most} are possible`,
    );
  }
  const memory = new WebAssembly.Memory(shared ? { initial: pages, maximum: MOST_PAGES, shared } : { initial: pages });
  const { buffer } = memory;
  const { pixels, sparse } = layout;
  const cell = new Uint16Array(buffer, layout.cell, padded(pixels)).fill(plan.cells);
  cell.set(plan.cell);
  if (plan.fraction) new Uint16Array(buffer, layout.fraction, pixels).set(plan.fraction);
  new Uint32Array(buffer, sparse.pixel, sparse.count).set(plan.sparse.pixel);
  new Uint32Array(buffer, sparse.start, sparse.count + 1).set(plan.sparse.start);
  new Uint32Array(buffer, sparse.cell, plan.sparse.cell.length).set(plan.sparse.cell);
  new Float64Array(buffer, sparse.weight, plan.sparse.weight.length).set(plan.sparse.weight);
  return { memory, layout, shared };
}

/** Size of one copy of the cells, 2^shift bytes each, and the one for nothing: copies start on cache lines. */
export function laneBytes(cells: number, shift: number): number {
  return Math.ceil(((cells + 1) << shift) / 64) * 64;
}

/** Pixels are handled by eights. */
export function padded(pixels: number): number {
  return Math.ceil(pixels / 8) * 8;
}

function layoutOf(plan: IntegrationPlan, slots: number): PlanLayout {
  let top = 0;
  const take = (bytes: number): number => {
    const at = top;
    top = Math.ceil((top + bytes) / 64) * 64;
    return at;
  };
  const pixels = plan.cell.length;
  const n = padded(pixels);
  const count = plan.sparse.pixel.length;
  const entries = plan.sparse.cell.length;
  const whole = {
    cell: take(2 * n),
    fraction: take(2 * n),
    sparse: { count, pixel: take(4 * count), start: take(4 * (count + 1)), cell: take(4 * entries), weight: take(8 * entries) },
  };
  const slot = top;
  const inSlot = {
    frame: take(LARGEST_PIXEL * n) - slot,
    lanes: take(LANES * laneBytes(plan.cells, 5)) - slot,
    signal: take(8 * plan.cells) - slot,
    variance: take(8 * plan.cells) - slot,
    list: take(4 * LIST_ROOM) - slot,
  };
  return { pixels, cells: plan.cells, split: plan.fraction !== null, ...whole, slot, slotBytes: top - slot, slots, ...inSlot };
}

type Address = number;
type Sum = (
  frame: Address,
  cell: Address,
  fraction: Address,
  n: number,
  cells: Address,
  lane: number,
  least: number,
  most: number,
) => number;
type Whole = (frame: Address, cell: Address, n: number, cells: Address, lane: number, least: number, most: number) => number;
type Unfold = (cells: Address, lane: number, n: number, shift: number, signal: Address, variance: Address) => void;
type Sparse = (
  frame: Address,
  pixel: Address,
  start: Address,
  cell: Address,
  weight: Address,
  n: number,
  signal: Address,
  variance: Address,
  least: number,
  most: number,
  list: Address,
  room: number,
) => number;
type Collect = (frame: Address, cell: Address, n: number, none: number, least: number, most: number, list: Address, room: number) => number;

/** Kernels by the type of the counts; those for 16 bits take no limits and return the largest count. */
export type CountType = "16" | "U32" | "I32" | "F32";
export type Kernels = Record<`split${CountType}` | `variance${CountType}`, Sum> &
  Record<`whole${CountType}`, Whole> &
  Record<`sparse${CountType}`, Sparse> &
  Record<`collect${CountType}`, Collect> &
  Record<"unfoldInteger" | "unfoldFloat", Unfold>;

const modules: { plain?: WebAssembly.Module; shared?: WebAssembly.Module } = {};

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}

/** Whether this machine and browser run the kernels (128-bit SIMD). */
export function hasKernels(): boolean {
  return typeof WebAssembly === "object" && WebAssembly.validate(bytesOf(PLAIN));
}

export function kernelsOn({ memory, shared }: PlanMemory): Kernels {
  const kind = shared ? "shared" : "plain";
  const module = modules[kind] ?? new WebAssembly.Module(bytesOf(shared ? SHARED : PLAIN));
  modules[kind] = module;
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels;
}
