/** Connected regions of a volume (or of a picture, as a volume of one layer): voxels that share a face. */

export interface Regions {
  /** region of each voxel from 1, 0 outside */
  labels: Int32Array;
  /** voxels of each region; entry 0 counts what is outside */
  sizes: readonly number[];
}

/** @param inside 1 where a voxel belongs to a region */
export function connectedRegions(inside: Uint8Array, nx: number, ny: number, nz: number): Regions {
  const labels = new Int32Array(inside.length);
  const sizes: number[] = [0];
  const stack: number[] = [];
  const layer = nx * ny;
  for (let seed = 0; seed < inside.length; seed++) {
    if (inside[seed] === 0) sizes[0]!++;
    if (inside[seed] === 0 || labels[seed] !== 0) continue;
    const label = sizes.length;
    let size = 0;
    labels[seed] = label;
    stack.push(seed);
    while (stack.length > 0) {
      const at = stack.pop()!;
      size++;
      const x = at % nx;
      const y = Math.floor(at / nx) % ny;
      const z = Math.floor(at / layer);
      const visit = (next: number): void => {
        if (inside[next] === 0 || labels[next] !== 0) return;
        labels[next] = label;
        stack.push(next);
      };
      if (x > 0) visit(at - 1);
      if (x < nx - 1) visit(at + 1);
      if (y > 0) visit(at - nx);
      if (y < ny - 1) visit(at + nx);
      if (z > 0) visit(at - layer);
      if (z < nz - 1) visit(at + layer);
    }
    sizes.push(size);
  }
  return { labels, sizes };
}
