/** What each step does, as a paper's methods section says it, and whose method that is. Data, no code. */
import type { StepName } from "../../registry/index.ts";
import type { ReferenceKey } from "./references.ts";

/** A sentence without its full stop; said where `when` holds of the step's parameters. */
export interface Clause {
  readonly text: string;
  readonly cites?: readonly ReferenceKey[];
  readonly when?: { readonly parameter: string; readonly is?: unknown; readonly not?: unknown };
}

export type MethodGroup = "Cycling" | "Diffraction" | "Spectroscopy" | "Imaging" | "Atoms" | "Models" | "Joining";

export interface StepMethod {
  /** null for what is no method of science: drawing, telling */
  readonly group: MethodGroup | null;
  readonly clauses: readonly Clause[];
}

const when = (parameter: string, is: unknown): { when: { parameter: string; is: unknown } } => ({ when: { parameter, is } });
const unless = (parameter: string, not: unknown): { when: { parameter: string; not: unknown } } => ({ when: { parameter, not } });

const THERMO: StepMethod = {
  group: "Models",
  clauses: [
    {
      text: "Phase stability was worked out on convex hulls of several sets of tabulated and computed energies, whose spread is given as the error",
      cites: ["phaseDiagrams"],
    },
    {
      text: "electrochemical windows are those of grand-potential phase diagrams, open to the mobile metal",
      cites: ["windows", "interfaces"],
    },
  ],
};

export const METHODS: Readonly<Record<StepName, StepMethod>> = {
  read: {
    group: "Cycling",
    clauses: [
      {
        text: "Files of the cycler were read as they are, to the columns of the Battery Data Format with positive current on charge",
        cites: ["bdf"],
      },
    ],
  },
  cycles: {
    group: "Cycling",
    clauses: [
      { text: "Cycles were told apart by the sign of the current; charge and energy were integrated over all rows" },
      {
        text: "the accuracy of the current range is the main part of the errors of capacities, the resolution of potential and time the rest",
      },
    ],
  },
  dqdv: {
    group: "Cycling",
    clauses: [
      {
        text: "Differential capacities were counted: the charge that passed while the potential lay in a bin, over the bin's width",
        cites: ["counting"],
      },
      {
        text: "their peaks were fitted as sums of skewed peaks over a smooth background, all of a half cycle together",
        cites: ["logisticPeaks"],
        ...when("peaks", true),
      },
    ],
  },
  cv: {
    group: "Cycling",
    clauses: [
      {
        text: "Peaks of voltammograms were searched in the sweeps smoothed by local parabolas and measured from the baseline before them",
        cites: ["savitzkyGolay", "bardFaulkner"],
      },
      { text: "over several scan rates b-values and the parts of diffusion and capacity follow", cites: ["lindstroem"] },
    ],
  },
  gitt: {
    group: "Cycling",
    clauses: [{ text: "Pulses of titrations give the equilibrium potential, resistances and D/L²", cites: ["weppner", "montella"] }],
  },
  symmetric: {
    group: "Cycling",
    clauses: [
      {
        text: "Symmetric cells were evaluated half cycle by half cycle for overpotential and its stabilisation; soft shorts are drops of the potential that the noise does not explain",
      },
    ],
  },
  composition: {
    group: "Cycling",
    clauses: [
      {
        text: "Charge was turned into x in M₂Sₓ by Faraday's law; products are intervals over what charge alone leaves open: sulfur that has not reacted, electrolyte, mediator",
      },
    ],
  },
  conductivity: {
    group: "Cycling",
    clauses: [
      {
        text: "Spectra of pellets were fitted with one circuit, chosen among the usual ones by the Bayesian information criterion, by weighted complex least squares",
        cites: ["bayesFactors"],
        ...when("circuit", "auto"),
      },
      { text: "Spectra of pellets were fitted with the circuit stated by weighted complex least squares", ...unless("circuit", "auto") },
      { text: "conductivities follow from thickness and area, whose errors are common to all spectra of a sample" },
      { text: "activation energies are those of lines of ln σ and of ln σT over 1/T, whose scatter is their error" },
    ],
  },
  eis: {
    group: "Cycling",
    clauses: [
      {
        text: "Spectra of impedance were tested for Kramers–Kronig consistency with a series of RC elements",
        cites: ["boukamp", "schoenleber"],
      },
      {
        text: "a circuit, chosen among the usual ones by the Bayesian information criterion, was fitted",
        cites: ["bayesFactors"],
        ...when("circuit", "auto"),
      },
      { text: "the circuit stated was fitted", ...unless("circuit", "auto") },
      { text: "by weighted complex least squares from randomised starts", cites: ["nelderMead"] },
      {
        text: "distributions of relaxation times were found with a penalty on their curvature whose weight maximises the evidence of the data",
        cites: ["drt", "evidenceOfModels"],
      },
    ],
  },
  curves: { group: null, clauses: [] },
  story: { group: null, clauses: [] },
  "xas.normalize": {
    group: "Spectroscopy",
    clauses: [
      {
        text: "Absorption scans were normalised with a line below and a polynomial above the edge; the choice of the windows is part of the error",
        cites: ["ifeffit", "mback"],
      },
      { text: "single points that their neighbours do not expect were taken out", ...when("deglitch", true) },
    ],
  },
  "xas.lcf": {
    group: "Spectroscopy",
    clauses: [
      {
        text: "Spectra were fitted as linear combinations of the standards with weights that are not negative and add up to one",
        cites: ["lawsonHanson"],
      },
    ],
  },
  "xas.mcr": {
    group: "Spectroscopy",
    clauses: [
      {
        text: "The series was resolved into components by alternating least squares with shares and spectra that are not negative and shares that add up to one",
        cites: ["curveResolution"],
      },
      { text: "the spectra of standards were held", ...unless("known", "auto") },
      { text: "the band of solutions that fit as well is given with the shares", cites: ["feasibleBands"] },
    ],
  },
  "xas.chain": {
    group: "Spectroscopy",
    clauses: [
      { text: "The mean chain length follows from the areas of the two features of terminal and inner sulfur", cites: ["pascal"] },
      {
        text: "over-absorption in fluorescence was worked out for the composition stated and flagged where it matters",
        cites: ["troeger"],
        ...unless("formula", ""),
      },
    ],
  },
  "xas.exafs": {
    group: "Spectroscopy",
    clauses: [
      { text: "The fine structure was isolated with a spline background", cites: ["autobk"] },
      { text: "its Fourier transform is not corrected for phases", cites: ["sayers"] },
      { text: "wavelet maps show which neighbours scatter at which k", cites: ["wavelets", "cauchy"] },
    ],
  },
  "xas.paths": {
    group: "Spectroscopy",
    clauses: [
      { text: "Single-scattering paths of the structure were fitted to the Fourier transform of the fine structure", cites: ["pathFits"] },
      { text: "with errors scaled to the number of independent points", cites: ["independentPoints"] },
    ],
  },
  raman: {
    group: "Spectroscopy",
    clauses: [
      { text: "Raman spectra were freed of cosmic rays", cites: ["cosmic"] },
      { text: "and of a baseline by asymmetrically reweighted penalised least squares", cites: ["arpls"] },
      { text: "Voigt peaks were fitted and named by a table of bands; a band that is not found has an upper limit" },
    ],
  },
  xps: {
    group: "Spectroscopy",
    clauses: [
      { text: "Photoelectron spectra were fitted with doublets of fixed splitting and ratio", cites: ["moulder"] },
      { text: "over a background after Shirley", cites: ["shirley"], ...when("background", "shirley") },
      { text: "over a background after Tougaard", cites: ["tougaard"], ...when("background", "tougaard") },
      { text: "over a straight line", ...when("background", "linear") },
      {
        text: "the energy scale hangs on adventitious carbon, with the error of that",
        cites: ["carbonReference"],
        ...unless("charge", "auto"),
      },
    ],
  },
  sims: {
    group: "Spectroscopy",
    clauses: [
      { text: "Counts of secondary ions were corrected for dead time", cites: ["deadTime"] },
      { text: "and blank; ratios over replicate areas have exact intervals", cites: ["clopper"] },
      { text: "samples were compared by Welch's test", cites: ["welch"] },
    ],
  },
  thermal: {
    group: "Spectroscopy",
    clauses: [
      { text: "Steps of mass were measured between tangents before and after them, onsets where tangents cross", ...when("glass", false) },
      {
        text: "Glass transitions were read at half of the step of the heat flow between the tangents before and after it",
        ...when("glass", true),
      },
    ],
  },
  powder: {
    group: "Diffraction",
    clauses: [
      { text: "Powder patterns were refined by Rietveld's method", cites: ["rietveld"], ...when("method", "rietveld") },
      { text: "Powder patterns were decomposed by Pawley's method", cites: ["pawley"], ...when("method", "pawley") },
      { text: "with pseudo-Voigt lines and a Chebyshev background", cites: ["pseudoVoigt"] },
      { text: "mass fractions are those of the crystalline part", cites: ["hillHoward"], ...when("method", "rietveld") },
    ],
  },
  pdf: {
    group: "Diffraction",
    clauses: [
      { text: "Pair distribution functions were made from patterns with a polynomial correction", cites: ["pdfgetx3", "keen"] },
      { text: "form factors are sums of five Gaussians", cites: ["scatteringFactors"] },
    ],
  },
  "xrd.calibrate": {
    group: "Diffraction",
    clauses: [
      {
        text: "Centre, distance and tilt of the detector were refined from the rings of the calibrant, in the geometry of pyFAI",
        cites: ["pyfaiGeometry"],
      },
    ],
  },
  "xrd.integrate": {
    group: "Diffraction",
    clauses: [{ text: "Frames were integrated azimuthally with errors of counting", cites: ["pyfai"] }],
  },
  "xrd.map": {
    group: "Diffraction",
    clauses: [
      {
        text: "Phase maps are intensities of reflections above a local background over position and time; edges of layers are given with the width of the beam",
      },
    ],
  },
  "xrd.stress": {
    group: "Diffraction",
    clauses: [
      {
        text: "Deviatoric stresses were fitted to the positions of all rings of a phase over azimuth, with the unstrained spacing unknown",
        cites: ["heSmith", "noyan", "welzel"],
      },
      { text: "elastic constants of grains were averaged after Hill", cites: ["hill"], ...when("constants", "hill") },
      { text: "elastic constants of grains were averaged after Voigt", cites: ["noyan"], ...when("constants", "voigt") },
      { text: "elastic constants of grains were averaged after Reuss", cites: ["noyan"], ...when("constants", "reuss") },
    ],
  },
  "tomo.reconstruct": {
    group: "Imaging",
    clauses: [
      { text: "Slices were reconstructed by filtered back projection", ...when("rounds", "auto") },
      { text: "Slices were reconstructed iteratively", cites: ["sirt"], ...unless("rounds", "auto") },
      { text: "stripes of wrong columns were taken out of the sinograms", cites: ["stripes"], ...when("rings", true) },
    ],
  },
  "tomo.segment": {
    group: "Imaging",
    clauses: [
      {
        text: "Volumes were segmented by their greys into void, electrolyte, interlayer and anode; fractions are corrected for the mixing of voxels at faces",
        cites: ["otsu", "kittler"],
      },
    ],
  },
  "image.cracks": {
    group: "Imaging",
    clauses: [{ text: "Cracks and voids of sections are the dark regions below a threshold of the histogram", cites: ["kittler"] }],
  },
  md: {
    group: "Atoms",
    clauses: [
      { text: "Trajectories were unwrapped in the frame of the cell", cites: ["unwrapping"] },
      {
        text: "diffusivities were fitted to mean squared displacements by generalised least squares with their covariance",
        cites: ["diffusion"],
      },
    ],
  },
  topology: {
    group: "Atoms",
    clauses: [{ text: "Barcodes are those of the exact Vietoris–Rips filtration", cites: ["ripser"] }],
  },
  thermo: THERMO,
  "thermo.own": THERMO,
  "simulate.cell": {
    group: "Models",
    clauses: [
      {
        text: "The conversion cathode was modelled through its thickness by finite volumes; the equations of charge, species and phases were integrated with implicit differentiation formulae",
        cites: ["stiff"],
      },
    ],
  },
  "simulate.deposition": {
    group: "Models",
    clauses: [
      { text: "Plating around a defect was computed by finite elements for charge transfer at the interface and stress in the metal" },
    ],
  },
  observations: {
    group: "Joining",
    clauses: [{ text: "Tables of observations were taken over the charge as they were written down" }],
  },
  evidence: {
    group: "Joining",
    clauses: [
      {
        text: "Amounts of all species over the charge were inferred from charge balance and all probes together by Bayesian inference; bands hold 90 %",
        cites: ["bayesSamples"],
      },
      { text: "a soft prior lets species follow one another by their electrons per sulfur", ...when("order", "thermodynamic") },
    ],
  },
  events: {
    group: "Joining",
    clauses: [
      {
        text: "Bends of every stream were searched as breaks of piecewise lines and attributed to peaks of dQ/dV with a probability",
        cites: ["bends"],
      },
    ],
  },
  panels: { group: null, clauses: [] },
  audit: {
    group: "Joining",
    clauses: [{ text: "Printed claims were recomputed from the numbers that they print, with their rounding as error" }],
  },
};
