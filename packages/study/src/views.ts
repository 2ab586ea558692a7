/** The database's views: which columns they have, and which result table they read. Data, no code. */
import type { StepName } from "./registry/index.ts";

/** What the index knows of a file, available to every view. */
export type FileField = "study" | "source" | "file" | "path" | "sha256" | "cell" | "cell_file" | "size_bytes" | "error";

interface ViewColumn {
  name: string;
  type: "VARCHAR" | "DOUBLE" | "INTEGER" | "BIGINT";
  /** taken from the index, not from the table */
  from?: FileField;
}

interface View {
  /** the step and file of its tables; without them the view holds only what the index knows */
  step?: StepName;
  table?: string;
  columns: readonly ViewColumn[];
  /** the step writes the table only where a parameter asks for it */
  optional?: boolean;
  /** every column of the table, whatever it is called */
  open?: boolean;
  /** the view's query around the union of all files */
  wrap?: (union: string) => string;
}

const where = (...names: FileField[]): ViewColumn[] => names.map((name) => ({ name, type: "VARCHAR", from: name }));
const doubles = (...names: string[]): ViewColumn[] => names.map((name) => ({ name, type: "DOUBLE" }));
const withSigma = (...names: string[]): ViewColumn[] => names.flatMap((name) => doubles(name, `${name}_sigma`));
const integers = (...names: string[]): ViewColumn[] => names.map((name) => ({ name, type: "INTEGER" }));

/** Quantities of the cycle table, each with a `_sigma` column beside it. */
export const CYCLE_QUANTITIES = [
  "discharge_mah",
  "charge_mah",
  "discharge_mah_g",
  "charge_mah_g",
  "discharge_mah_cm2",
  "charge_mah_cm2",
  "discharge_mwh",
  "charge_mwh",
  "ce_percent",
  "energy_efficiency_percent",
  "retention_percent",
  "mean_discharge_volt",
  "mean_charge_volt",
  "polarisation_volt",
  "discharge_ma",
  "charge_ma",
  "rate",
] as const;

/** Where, when and in which state of the cell a point of a scan was measured. */
const OF_A_SCAN: readonly ViewColumn[] = [
  { name: "phase", type: "VARCHAR" },
  ...integers("scan"),
  ...doubles("position_um"),
  ...withSigma("time_second", "potential_volt", "charge_mah", "x"),
];

const MILESTONES = [50, 100, 200, 500, 1000] as const;

const ownRetention = (n: number): string =>
  `max(CASE WHEN "cycle" = ${n} THEN retention_percent / 100 END) OVER one_file AS retention_${n}`;

/** The cycle whose discharge is divided by itself: retention is exactly 100 there. */
const OWN_REFERENCE = 'min(CASE WHEN retention_percent = 100 THEN "cycle" END) OVER one_file AS reference_cycle';

/** Stability windows by every energy set. */
const WINDOW_COLUMNS: readonly ViewColumn[] = [
  ...where("study", "source"),
  { name: "compound", type: "VARCHAR" },
  { name: "ion", type: "VARCHAR" },
  { name: "energy_set", type: "VARCHAR" },
  { name: "origin", type: "VARCHAR" },
  ...integers("is_default"),
  ...withSigma("reduction_volt", "oxidation_volt"),
  ...doubles("above_hull_mev"),
  { name: "on_reduction", type: "VARCHAR" },
  { name: "on_oxidation", type: "VARCHAR" },
  { name: "refused", type: "VARCHAR" },
  ...doubles("pressure_gpa", "temperature_kelvin"),
];

/** In the order in which they are made: later ones may read earlier ones. */
export const VIEWS: Readonly<Record<string, View>> = {
  files: {
    columns: [
      ...where("study", "cell", "source", "file", "path", "sha256", "cell_file", "error"),
      { name: "size_bytes", type: "BIGINT", from: "size_bytes" },
    ],
  },
  cycles: {
    step: "cycles",
    table: "cycles.parquet",
    columns: [
      ...where("study", "cell", "source", "file"),
      ...integers("cycle", "first_row", "last_row"),
      ...CYCLE_QUANTITIES.flatMap((name) => doubles(name, `${name}_sigma`)),
      ...doubles("duration_hour"),
    ],
    // the capacity left after so many cycles, as a fraction, and the cycle that it refers to, beside every cycle of that file
    wrap: (union) =>
      `SELECT *, ${MILESTONES.map(ownRetention).join(", ")}, ${OWN_REFERENCE} FROM (${union}) WINDOW one_file AS (PARTITION BY study, source, file)`,
  },
  dqdv: {
    step: "dqdv",
    table: "dqdv.parquet",
    columns: [
      ...where("study", "cell", "source", "file"),
      ...integers("cycle"),
      { name: "direction", type: "VARCHAR" },
      ...doubles("voltage_volt", "dqdv_mah_v", "dqdv_mah_v_sigma"),
    ],
  },
  peaks: {
    step: "dqdv",
    table: "peaks.parquet",
    optional: true,
    columns: [
      ...where("study", "cell", "source", "file"),
      ...integers("half_cycle", "cycle"),
      { name: "direction", type: "VARCHAR" },
      ...integers("track"),
      ...doubles("temperature_celsius"),
      ...["potential_volt", "capacity_mah", "capacity_mah_g", "capacity_mah_cm2", "width_volt", "height_mah_v"].flatMap((name) =>
        doubles(name, `${name}_sigma`),
      ),
      ...doubles("share_percent", "closure_percent"),
      { name: "cut_by", type: "VARCHAR" },
      ...integers("shoulder", "first_row", "last_row"),
    ],
  },
  scans: {
    step: "cv",
    table: "scans.parquet",
    optional: true,
    columns: [
      ...where("study", "cell", "source", "file"),
      ...integers("scan", "sweep"),
      { name: "direction", type: "VARCHAR" },
      ...integers("first_row", "last_row"),
      ...withSigma("scan_rate_mv_s", "anodic_mc", "cathodic_mc"),
      ...integers("peak", "peak_row"),
      ...withSigma("peak_volt", "peak_ma", "peak_mc", "half_peak_volt", "separation_mv", "midpoint_volt"),
    ],
  },
  pulses: {
    step: "gitt",
    table: "pulses.parquet",
    optional: true,
    columns: [
      ...where("study", "cell", "source", "file"),
      ...integers("pulse", "train"),
      { name: "direction", type: "VARCHAR" },
      ...integers("first_row", "last_row", "rest_last_row"),
      ...withSigma("current_ma", "duration_second", "rest_second", "before_mah", "after_mah"),
      ...withSigma("relaxed_before_volt", "relaxed_after_volt", "relaxation_mv_h"),
      ...integers("plateau"),
      ...withSigma("overpotential_mv", "ohmic_mv", "charge_transfer_mv", "diffusion_mv"),
      ...withSigma("polarisation_ohm", "ohmic_ohm", "interface_ohm", "diffusion_rate", "diffusion_cm2_s"),
      { name: "refused", type: "VARCHAR" },
    ],
  },
  potential_steps: {
    step: "gitt",
    table: "steps.parquet",
    optional: true,
    columns: [
      ...where("study", "cell", "source", "file"),
      ...integers("step", "first_row", "last_row"),
      ...withSigma("potential_volt", "step_mv", "duration_second", "charge_mah", "final_ma"),
      ...withSigma("resistance_ratio", "diffusion_rate", "diffusion_cm2_s"),
      { name: "refused", type: "VARCHAR" },
    ],
  },
  overpotentials: {
    step: "symmetric",
    table: "overpotentials.parquet",
    optional: true,
    columns: [
      ...where("study", "cell", "source", "file"),
      ...integers("half_cycle", "cycle"),
      { name: "direction", type: "VARCHAR" },
      ...integers("first_row", "last_row"),
      ...doubles("hour"),
      ...withSigma("current_ma", "current_ma_cm2", "capacity_mah", "mean_mv", "end_mv", "growth_mv", "resistance_ohm"),
      ...integers("short_signs"),
    ],
  },
  composition: {
    step: "composition",
    table: "composition.parquet",
    optional: true,
    columns: [
      ...where("study", "cell", "source", "file"),
      ...integers("half_cycle", "cycle"),
      { name: "direction", type: "VARCHAR" },
      ...integers("first_row", "last_row"),
      ...withSigma("capacity_mah_g"),
      ...doubles("x_low", "x_high", "x_relative_sigma"),
      ...["sulfur", "disulfide", "sulfide"].flatMap((name) => doubles(`${name}_low`, `${name}_high`, `${name}_sigma`)),
      { name: "dominant", type: "VARCHAR" },
    ],
  },
  impedance: {
    step: "eis",
    table: "impedance.parquet",
    columns: [
      ...where("study", "cell", "source", "file"),
      ...integers("spectrum", "cycle"),
      { name: "title", type: "VARCHAR" },
      ...doubles("time_second", "potential_volt", "temperature_celsius"),
      { name: "circuit", type: "VARCHAR" },
      { name: "name", type: "VARCHAR" },
      ...doubles("value", "sigma"),
      { name: "unit", type: "VARCHAR" },
      ...doubles("chi2"),
      { name: "refused", type: "VARCHAR" },
    ],
  },
  spectra: {
    step: "eis",
    table: "spectra.parquet",
    columns: [
      ...where("study", "cell", "source", "file"),
      ...integers("spectrum", "row"),
      ...doubles(
        "frequency_hertz",
        "real_ohm",
        "imaginary_ohm",
        "fit_real_ohm",
        "fit_imaginary_ohm",
        "kk_real_percent",
        "kk_imaginary_percent",
      ),
    ],
  },
  cell_model: {
    step: "simulate.cell",
    table: "curves.parquet",
    columns: [...where("study"), { name: "direction", type: "VARCHAR" }, ...doubles("capacity_milliampere_hour_per_gram", "voltage_volt")],
  },
  deposition: {
    step: "simulate.deposition",
    table: "deposition.parquet",
    columns: [
      ...where("study"),
      { name: "electrolyte", type: "VARCHAR" },
      { name: "pressure_form", type: "VARCHAR" },
      ...withSigma("hot_spot", "coldest", "variation", "kinetic_length_micrometre", "critical_current_low", "critical_current_high"),
    ],
  },
  windows: { step: "thermo", table: "windows.parquet", columns: WINDOW_COLUMNS },
  own_windows: { step: "thermo.own", table: "windows.parquet", columns: WINDOW_COLUMNS },
  xas_spectra: {
    step: "xas.normalize",
    table: "spectra.parquet",
    columns: [
      ...where("study", "source"),
      { name: "spectrum", type: "VARCHAR" },
      ...withSigma("edge", "step"),
      ...doubles("window_share", "white_line", "white_line_height"),
    ],
  },
  xas_weights: {
    step: "xas.lcf",
    table: "weights.parquet",
    columns: [
      ...where("study", "source"),
      { name: "spectrum", type: "VARCHAR" },
      { name: "standard", type: "VARCHAR" },
      ...withSigma("weight"),
      ...integers("upper_limit"),
      ...doubles("r_factor"),
    ],
  },
  xas_shares: {
    step: "xas.mcr",
    table: "shares.parquet",
    columns: [
      ...where("study", "source"),
      { name: "spectrum", type: "VARCHAR" },
      { name: "component", type: "VARCHAR" },
      ...withSigma("share"),
      ...doubles("share_lowest", "share_highest"),
    ],
  },
  chain_lengths: {
    step: "xas.chain",
    table: "chains.parquet",
    columns: [
      ...where("study", "source"),
      { name: "spectrum", type: "VARCHAR" },
      ...withSigma("x", "terminal", "internal"),
      { name: "flags", type: "VARCHAR" },
      { name: "reason", type: "VARCHAR" },
    ],
  },
  xas_shells: {
    step: "xas.exafs",
    table: "shells.parquet",
    columns: [...where("study", "source"), { name: "spectrum", type: "VARCHAR" }, ...withSigma("r"), ...doubles("magnitude")],
  },
  xas_paths: {
    step: "xas.paths",
    table: "paths.parquet",
    columns: [
      ...where("study", "source"),
      { name: "spectrum", type: "VARCHAR" },
      { name: "variable", type: "VARCHAR" },
      ...withSigma("value"),
      ...doubles("r_factor"),
    ],
  },
  raman_peaks: {
    step: "raman",
    table: "peaks.parquet",
    columns: [
      ...where("study", "source"),
      { name: "spectrum", type: "VARCHAR" },
      ...withSigma("shift", "width", "height", "area"),
      { name: "may_be", type: "VARCHAR" },
    ],
  },
  xps_components: {
    step: "xps",
    table: "components.parquet",
    columns: [
      ...where("study", "source"),
      { name: "file", type: "VARCHAR" },
      { name: "component", type: "VARCHAR" },
      ...withSigma("energy", "width", "area", "share"),
      ...doubles("area_limit"),
    ],
  },
  ion_ratios: {
    step: "sims",
    table: "ratios.parquet",
    columns: [...where("study", "source"), { name: "file", type: "VARCHAR" }, ...withSigma("ratio", "deviation"), ...integers("areas")],
  },
  mass_steps: {
    step: "thermal",
    table: "steps.parquet",
    columns: [...where("study", "source"), { name: "file", type: "VARCHAR" }, ...withSigma("onset", "midpoint", "endset", "loss")],
  },
  voids: {
    step: "tomo.segment",
    table: "voids.parquet",
    columns: [...where("study", "source"), ...doubles("volume_um3", "diameter_um", "x_voxel", "y_voxel", "z_voxel")],
  },
  sections: {
    step: "image.cracks",
    table: "regions.parquet",
    columns: [
      ...where("study", "source"),
      { name: "file", type: "VARCHAR" },
      { name: "kind", type: "VARCHAR" },
      ...integers("pixels"),
      ...doubles("area_um2", "length_pixel", "width_pixel"),
    ],
  },
  bars: {
    step: "topology",
    table: "bars.parquet",
    columns: [...where("study", "source"), { name: "file", type: "VARCHAR" }, ...integers("dimension"), ...doubles("birth", "death")],
  },
  phase_map: {
    step: "xrd.map",
    table: "map.parquet",
    columns: [...where("study", "source"), ...OF_A_SCAN, ...doubles("intensity", "intensity_sigma")],
  },
  layer_edges: {
    step: "xrd.map",
    table: "edges.parquet",
    columns: [
      ...where("study", "source"),
      { name: "layer", type: "VARCHAR" },
      ...integers("scan"),
      ...withSigma("lower_um", "upper_um", "thickness_um"),
    ],
  },
  phase_stress: {
    step: "xrd.stress",
    table: "stress.parquet",
    columns: [
      ...where("study", "source"),
      ...OF_A_SCAN,
      ...withSigma("difference_mpa", "axial_component_mpa", "shear_mpa"),
      ...doubles("error_counting_mpa", "error_elastic_mpa", "error_geometry_mpa", "rings"),
      { name: "reason", type: "VARCHAR" },
    ],
  },
  points: {
    step: "read",
    table: "table.parquet",
    open: true,
    columns: [...where("study", "cell", "source", "file"), ...doubles("test_time_second", "voltage_volt", "current_ampere")],
  },
  cells: {
    columns: where("study", "cell", "source", "file", "cell_file"),
    // one row per cell and file: a cell measured in two files has two
    wrap: (union) =>
      `SELECT f.*, c.* EXCLUDE (study, source, file) FROM (${union}) f LEFT JOIN (
        SELECT study, source, file, count("cycle") AS cycles, max(discharge_mah) AS max_discharge_mah, max(discharge_mah_g) AS max_discharge_mah_g,
          ${MILESTONES.map((n) => `max(retention_${n}) AS retention_${n}`).join(", ")},
          min("cycle") FILTER (retention_percent < 80 AND "cycle" > reference_cycle) AS first_cycle_below_80_percent
        FROM cycles GROUP BY study, source, file) c USING (study, source, file) ORDER BY study, source, file`,
  },
};
