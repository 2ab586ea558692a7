/** Sizes that a trajectory may announce, checked before memory is taken for them. */
import { ThioscopeError } from "@thioscope/core";

/** Atoms of one frame: 48 MB of coordinates. */
export const MOST_ATOMS = 2_000_000;
/** Bytes of the shortest line that holds an atom. */
const SHORTEST_LINE = 6;

/**
 * FILE_DAMAGED for more atoms than are read, FILE_CUT for more than the file can hold.
 * @param bytes of the file, null where it is packed
 */
export function checkAtoms(atoms: number, bytes: number | null, place: { file: string; line?: number }): void {
  if (!(Number.isInteger(atoms) && atoms >= 1 && atoms <= MOST_ATOMS)) {
    throw new ThioscopeError("FILE_DAMAGED", `${atoms} atoms: 1 to ${MOST_ATOMS} are read`, place);
  }
  if (bytes !== null && atoms * SHORTEST_LINE > bytes) {
    throw new ThioscopeError("FILE_CUT", `${atoms} atoms are announced, the file has ${bytes} bytes`, place);
  }
}

/** The axes of a cell; FILE_DAMAGED where they span no volume. */
export function checkCell(cell: ArrayLike<number>, place: { file: string; line?: number }): void {
  const [ax, ay, az, bx, by, bz, cx, cy, cz] = cell as unknown as [number, number, number, number, number, number, number, number, number];
  const volume = Math.abs(ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx));
  const lengths = Math.hypot(ax, ay, az) * Math.hypot(bx, by, bz) * Math.hypot(cx, cy, cz);
  if (!(volume > 1e-6 * lengths && Number.isFinite(volume))) {
    throw new ThioscopeError("FILE_DAMAGED", `the cell ${Array.from(cell).join(" ")} has no volume`, place);
  }
}
