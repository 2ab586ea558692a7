/** Sinograms, slices and volumes: what tomography and image analysis work on. */

/** Line integrals of one slice: `values[a · columns + c]` at angle a and detector column c. */
export interface Sinogram {
  /** radians, in the order of the rows */
  readonly angles: Float64Array;
  readonly columns: number;
  /** −ln(I/I₀), without a unit; divided by the pixel they become attenuation per length */
  readonly values: Float32Array;
}

/** A square slice, `values[y · size + x]`. */
export interface Slice {
  readonly size: number;
  readonly values: Float32Array;
}

/** Voxels, `values[(z · ny + y) · nx + x]`. */
export interface Volume {
  readonly nx: number;
  readonly ny: number;
  readonly nz: number;
  /** edge of a voxel, metres */
  readonly voxel: number;
  readonly values: Float32Array;
}

/** A picture of a section, `values[y · width + x]`; NaN where nothing was measured. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** edge of a pixel, metres; null where it is not known */
  readonly pixel: number | null;
  readonly values: Float32Array;
}
