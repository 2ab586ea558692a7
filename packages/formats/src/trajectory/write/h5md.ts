/**
 * A trajectory as H5MD 1.1 (HDF5): /particles/all with species, position [frames, atoms, 3] in Å, box edges [frames, 3, 3], step and time in fs. Positions are
 * packed frame by frame (deflate). The file is kept in memory until it is whole. (P. de Buyl, P. Colberg, F. Höfling, Comput. Phys. Commun. 185, 1546 (2014).)
 */
import { ThioscopeError } from "@thioscope/core";
import { atomicNumber } from "@thioscope/core/atoms";
import { loadHdf5 } from "../../images/hdf5/library.ts";
import type { WritableAtoms } from "./extxyz.ts";

/** Bytes of positions that are kept. */
const MOST_BYTES = 1e9;
let written = 0;

/** The file's bytes. INVALID_INPUT for no frame, frames of other atoms, and more than 1 GB. */
export async function writeH5md(frames: readonly WritableAtoms[]): Promise<Uint8Array> {
  const [first] = frames;
  if (!first) throw new ThioscopeError("INVALID_INPUT", "no frame to write");
  const atoms = first.species.length;
  if (24 * atoms * frames.length > MOST_BYTES)
    throw new ThioscopeError("INVALID_INPUT", `${frames.length} frames of ${atoms} atoms: up to ${MOST_BYTES} bytes are written`);
  const positions = new Float64Array(3 * atoms * frames.length);
  const edges = new Float64Array(9 * frames.length);
  for (const [k, frame] of frames.entries()) {
    if (frame.positions.length !== 3 * atoms)
      throw new ThioscopeError("INVALID_INPUT", `frame ${k + 1} has ${frame.positions.length / 3} atoms, the first ${atoms}`);
    positions.set(frame.positions, 3 * atoms * k);
    if (frame.cell) edges.set(frame.cell, 9 * k);
  }
  const hdf5 = await loadHdf5();
  const path = `/trajectory-${++written}.h5`;
  const file = new hdf5.h5.File(path, "w");
  try {
    const meta = file.create_group("h5md");
    meta.create_attribute("version", [1, 1], [2], "<i");
    const all = file.create_group("particles").create_group("all");
    all.create_dataset({ name: "species", data: Int32Array.from(first.species, atomicNumber), dtype: "<i" });
    const step = Int32Array.from(frames, (f, k) => f.step ?? k);
    const time = Float64Array.from(frames, (f, k) => f.timeFs ?? k);
    const element = (name: string, data: Float64Array, shape: number[]): void => {
      const group = all.create_group(name);
      group.create_dataset({ name: "step", data: step, dtype: "<i" });
      const times = group.create_dataset({ name: "time", data: time, dtype: "<d" });
      const chunk = [1, ...shape.slice(1)];
      group.create_dataset({ name: "value", data, shape, dtype: "<d", chunks: chunk, compression: 4 }).create_attribute("unit", "Angstrom");
      if (frames.some((f) => f.timeFs !== undefined && f.timeFs !== null)) times.create_attribute("unit", "fs");
    };
    element("position", positions, [frames.length, atoms, 3]);
    const box = all.create_group("box");
    const isPeriodic = frames.every((f) => f.cell !== null);
    box.create_attribute("dimension", 3);
    box.create_attribute("boundary", isPeriodic ? ["periodic", "periodic", "periodic"] : ["none", "none", "none"]);
    if (isPeriodic) {
      const group = box.create_group("edges");
      group.create_dataset({ name: "step", data: step, dtype: "<i" });
      group.create_dataset({ name: "value", data: edges, shape: [frames.length, 3, 3], dtype: "<d" }).create_attribute("unit", "Angstrom");
    }
    file.close();
    return hdf5.files.readFile(path);
  } finally {
    hdf5.files.unlink(path);
  }
}
