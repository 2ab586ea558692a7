/** thioscope xas: X-ray absorption, one word for what to do and the files to do it with. */
import { nearest, ThioscopeError } from "@thioscope/core";
import type { Command, CommandIo } from "../command.ts";
import { runChain } from "../xas/chain.ts";
import { runAutobk, runFit, runFt, runWavelet } from "../xas/exafs.ts";
import type { Options } from "../xas/inputs.ts";
import { runCalibrate, runNormalize } from "../xas/normalize.ts";
import { runPaths } from "../xas/paths.ts";
import { runLcf, runMcr } from "../xas/series.ts";

const ACTIONS: Readonly<Record<string, (files: readonly string[], options: Options, io: CommandIo) => Promise<void>>> = {
  calibrate: runCalibrate,
  normalize: runNormalize,
  lcf: runLcf,
  mcr: runMcr,
  chain: runChain,
  autobk: runAutobk,
  ft: runFt,
  wavelet: runWavelet,
  fit: runFit,
  paths: runPaths,
};

export const command: Command = {
  name: "xas",
  summary: "X-ray absorption: calibration, XANES, combinations, chain length, EXAFS",
  usage: "thioscope xas calibrate|normalize|lcf|mcr|chain|autobk|ft|wavelet|fit|paths FILE… [--pre=-28,-9 --post 18,54]",
  about: `Files are recognised by content: XDI, Athena projects, columns of beamlines, NXxas; several files are a series in their order.
  calibrate   the shift of a run from a scan of a reference (first file) whose point has a name; further files are aligned to it, with their drift
  normalize   edge, step with the error that the choice of windows brings, features; -o series.csv or series.prj
  lcf         weights of --standards, not negative and with sum 1; --combinations tries all of up to N
  mcr         components of a series without standards, with the band of solutions that fit as well
  chain       mean chain length x of M2Sx with its error, flags, and the reason where there is none; --standard FILE --length 4 calibrates it
  autobk      background and chi(k);  ft: |chi(R)| and its shells;  wavelet: Cauchy, or --morlet K,S
  fit         FEFF paths to chi(R); expressions of --variables as --parameters, "2:sigma2=s2b" for the second path alone. With --structure the paths are
              those of a CIF: an installed FEFF is run (THIOSCOPE_FEFF names it), else phases of a table stand in; the answer says which
  paths       shells about --element in a CIF; -o feff.inp writes what FEFF needs to compute their scattering, --feff auto -o FOLDER runs it`,
  options: {
    e0: { type: "string", value: "EV", help: "edge; the maximum of the derivative where absent" },
    pre: { type: "string", value: "LOW,HIGH", help: "window below the edge, eV from it; with = because of the sign: --pre=-28,-9" },
    post: { type: "string", value: "LOW,HIGH", help: "window above the edge, eV from it" },
    degree: { type: "string", value: "N", help: "degree of the polynomial above the edge" },
    mback: { type: "boolean", help: "normalise to tabulated attenuation (MBACK); needs the element" },
    element: { type: "string", value: "S", help: "absorber, where the file does not say it" },
    edge: { type: "string", value: "K", help: "its edge" },
    mode: { type: "string", value: "MODE", help: "transmission, fluorescence or reference, where a file holds several" },
    scan: { type: "string", value: "N|NAME", help: "only this scan of each file" },
    columns: { type: "string", value: "LIST", help: "columns that no name tells: energy=1,i0=2,fluorescence=5 (or transmitted, or mu)" },
    cut: { type: "string", value: "LOW,HIGH", help: "only these energies, eV" },
    move: { type: "string", value: "EV", help: "added to all energies" },
    deglitch: { type: "boolean", help: "take single points out that their neighbours do not expect" },
    merge: { type: "boolean", help: "the scans are one sample: average them by their noise" },
    formula: {
      type: "string",
      value: "FORMULA",
      help: "of the whole sample: over-absorption is corrected (chain: flagged, unless --correct)",
    },
    angles: { type: "string", value: "IN,OUT", help: "between surface and beam, surface and detector, degrees", default: "45,45" },
    correct: { type: "boolean", help: "chain: correct over-absorption by --formula" },
    reference: { type: "string", value: "NAME", help: "calibrate: a named reference, NAME=EV or NAME=EV:white line", default: "ZnSO4" },
    standards: { type: "string", value: "FILES", help: "lcf: with commas; computed:FILE for a spectrum that was not measured" },
    range: { type: "string", value: "LOW,HIGH", help: "lcf, mcr: energies that are fitted, eV" },
    shift: { type: "string", value: "EV", help: "lcf: each standard may move by up to EV" },
    free: { type: "boolean", help: "lcf: weights may be negative" },
    "any-sum": { type: "boolean", help: "lcf, mcr: shares need not sum to 1" },
    combinations: { type: "string", value: "N", help: "lcf: rank all combinations of up to N standards" },
    components: { type: "string", value: "N", help: "mcr: how many; the indicator function's count where absent" },
    known: { type: "string", value: "FILES", help: "mcr: spectra that are held" },
    start: { type: "string", value: "NUMBERS", help: "mcr: spectra to start from, from 1" },
    s8: { type: "string", value: "EV|FILE", help: "chain: white line of S8 on this scale, or a scan of S8" },
    standard: { type: "string", value: "FILE", help: "chain: a polysulfide of known length" },
    length: { type: "string", value: "X", help: "chain: its chain length" },
    rho: { type: "string", value: "R", help: "chain: strength of internal over terminal atoms, where known" },
    other: { type: "string", value: "LIST", help: "chain: sulfur that is no chain: S8=FILE,sulfide=FILE,electrolyte=FILE,oxidised=FILE" },
    "electrolyte-share": { type: "string", value: "SHARE", help: "chain: share of the S atoms that is the electrolyte's, 0 to 1" },
    rbkg: { type: "string", value: "A", help: "autobk: nothing below this R is structure (default 1)" },
    kmax: { type: "string", value: "K", help: "autobk: background up to here, 1/Å" },
    krange: { type: "string", value: "LOW,HIGH", help: "window of the transform, 1/Å (default 3 to 12)" },
    weight: { type: "string", value: "N", help: "power of k (default 2)" },
    taper: { type: "string", value: "K", help: "width of the window's ends, 1/Å (default 1)" },
    window: { type: "string", value: "SHAPE", help: "hanning, kaiser, parzen, welch, sine, gaussian (default hanning)" },
    back: { type: "string", value: "LOW,HIGH", help: "ft: also the transform back of these R, Å" },
    rmax: { type: "string", value: "A", help: "wavelet, paths: up to this R (default 6)" },
    morlet: { type: "string", value: "K,S", help: "wavelet: Morlet with kappa and sigma" },
    paths: { type: "string", value: "FILES", help: "fit: feffNNNN.dat files, with commas" },
    structure: {
      type: "string",
      value: "CIF",
      help: "fit: paths of this structure about --element, by FEFF, --phases or the table of scattering",
    },
    feff: {
      type: "string",
      value: "COMMAND",
      help: "fit, paths: program that reads feff.inp; auto (default of fit) looks for feff8l, feff6l; none",
    },
    phases: { type: "string", value: "FILES", help: "fit: feffNNNN.dat files whose phases stand in for the structure's, by elements" },
    variables: { type: "string", value: "LIST", help: "fit: NAME=START,… (default amp=1,de0=0,sig2=0.003,dr=0)" },
    parameters: { type: "string", value: "LIST", help: "fit: s02, e0, deltar, sigma2, third, fourth, ei as expressions" },
    rrange: { type: "string", value: "LOW,HIGH", help: "fit: in R, Å (default 1 to 3)" },
    curves: { type: "boolean", help: "with --json: the points too" },
    out: {
      type: "string",
      short: "o",
      value: "FILE",
      help: "normalize: write the series, .csv or .prj; paths: feff.inp, or a folder with --feff",
    },
  },
  examples: [
    "thioscope xas calibrate znso4.xdi --reference ZnSO4",
    "thioscope xas normalize s_*.xdi --pre=-28,-9 --post 18,54 -o series.prj",
    "thioscope xas lcf cell_*.xdi --standards na2s4.xdi,na2s.xdi,nps.xdi --range 2462,2515",
    "thioscope xas chain cell_*.xdi --standard na2s4.xdi --length 4 --other S8=s8.xdi,electrolyte=nps.xdi",
    "thioscope xas fit sb.xdi --structure na3sbs4.cif --element Sb --rrange 1.4,2.6",
    "thioscope xas fit cu.xdi --paths feff0001.dat --krange 3,17 --window kaiser --taper 4 --rrange 1.4,3",
  ],
  async run([action, ...files], options, io) {
    const run = action !== undefined && Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
    if (!run) {
      const guess = action === undefined ? undefined : nearest(action, Object.keys(ACTIONS));
      throw new ThioscopeError(
        "USAGE",
        `"${action ?? ""}" is nothing xas does${guess ? `; did you mean ${guess}?` : ""} It does: ${Object.keys(ACTIONS).join(", ")}`,
      );
    }
    if (files.length === 0) throw new ThioscopeError("USAGE", `which files? Usage: ${command.usage}`);
    await run(files, options, io);
  },
};
