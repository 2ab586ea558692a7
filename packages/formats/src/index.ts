// X-ray absorption
export {
  type AbsorptionColumns,
  type AbsorptionFile,
  type AbsorptionReadOptions,
  type AbsorptionScan,
  type AthenaGroup,
  type AthenaProject,
  athenaProject,
  type NamedChi,
  type PerlValue,
  readAbsorption,
  readFeffPath,
  writeAbsorptionCsv,
  writeAthena,
} from "./absorption/index.ts";
// Battery Data Format and other exports
export { type BdfOptions, readParquet, writeBdfCsv, writeBdfParquet, writeCsvWithUnits } from "./bdf/index.ts";
// Bytes
export { type ByteSource, checkRange, sourceOfBlob, sourceOfBytes } from "./bytes/source.ts";

// Cell description
export { CELL_SCHEMA, readCellFile } from "./cellfile/index.ts";
// Crystal structures
export {
  CIF_SIZE_LIMIT,
  type CifBlock,
  type CifItem,
  type CifLoop,
  type CifNumber,
  type CifValue,
  formatCifNumber,
  parseCif,
  parseCifNumber,
  readCif,
  readCifStructures,
  structureOfBlock,
  writeCif,
  writeStructureCif,
} from "./cif/index.ts";
// Claims of papers
export { CLAIMS_SCHEMA, readClaims } from "./claims/readClaims.ts";
// Energies of phases
export { type EnergyFile, ownEnergySet, readEnergies } from "./energies/index.ts";
// Detector geometry
export {
  completeGeometry,
  type GeometryFile,
  type ImageFrame,
  looksLikeGeometry,
  readGeometry,
  type StatedGeometry,
  writeImctrl,
  writePoni,
} from "./geometry/index.ts";
// Detector images
export {
  type DetectorImage,
  findImageReader,
  IMAGE_READERS,
  type ImageFacts,
  type ImageReader,
  type ImageStack,
  type ImageStatistics,
  imageStatistics,
  joinModules,
  type NexusOptions,
  type PixelArray,
  type PixelMask,
  type PixelType,
  type RawLayout,
  type ReadImageOptions,
  type ReferenceImage,
  readImageStack,
  readMask,
  readReference,
  type TiffText,
  type WritableFrame,
  writeCbf,
  writeEdf,
  writeNexus,
  writeTiff,
} from "./images/index.ts";
// Impedance spectra
export { readTemperatureTable, type TemperatureTable } from "./impedance/arrheniusTable.ts";
export type { ImpedanceFile, ImpedanceReader, ImpedanceReadOptions, ImpedanceSpectrum } from "./impedance/model.ts";
export { IMPEDANCE_READERS, readImpedance } from "./impedance/readImpedance.ts";
export { tableOfSpectra } from "./impedance/table.ts";
// Results as NeXus files
export { type NexusData, type NexusDocument, type NexusField, writeNexusData } from "./nexus/writeNexusData.ts";
// Tables of observations
export { type ObservationTable, readObservations } from "./observations/readObservations.ts";
// A paper's panels, and the answers of a study to the truths of its campaign
export { ANSWERS_SCHEMA, type AnswerPlace, readAnswers } from "./paper/readAnswers.ts";
export { PANELS_SCHEMA, type PaperFigures, type PaperPanel, readPanels, type ShownFigure } from "./paper/readPanels.ts";
export type { PatternFile } from "./pattern/patternFile.ts";
// Integrated patterns, and other columns of numbers
export { type Curve, readCurve } from "./pattern/readCurve.ts";
export { type IntegratedSeries, readNxazint } from "./pattern/readNxazint.ts";
export { readPattern } from "./pattern/readPattern.ts";
export { writeCakeCsv, writePatternCsv, writeXy } from "./pattern/write.ts";
export { createNxazint, type IntegratedFile, type IntegratedFileFacts } from "./pattern/writeNxazint.ts";
export { writePdf } from "./pattern/writePdf.ts";
// Points in space
export { POINTS_SIZE_LIMIT, type PointSet, readPointSet } from "./points/pointSet.ts";
// Cycling data
export { CYCLING_READERS, findReader, readCycling } from "./readCycling.ts";
export type { ColumnMapping, CyclingFile, Reader, ReadOptions } from "./reader.ts";
// Either kind
export { type RawFile, readRaw } from "./readRaw.ts";
// What a raw file is
export { RAW_KINDS, type RawKind, type Recognition, recognise } from "./recognise/index.ts";
// Logs of scans
export { headerInstant, readScanLog, type ScanLog, type ScanLogRow } from "./scanlog/readScanLog.ts";
// Spectra, thermal analysis, ion counts
export {
  type IonTable,
  kindOfSpectra,
  type MeasuredSpectrum,
  readIons,
  readSpectra,
  readThermal,
  type SpectraFile,
  type SpectrumAxis,
  type ThermalRun,
} from "./spectra/index.ts";
// Spreadsheets as they are, without a guess at what they hold
export { CELL, openWorkbook, readWorkbook, type Sheet, type SheetColumn, type Workbook } from "./spreadsheet/index.ts";
// Tomography
export { readTomographyScan, scanOfStacks, type TomographyScan } from "./tomography/scan.ts";
// Trajectories
export {
  readTrajectory,
  TRAJECTORY_READERS,
  type TrajectoryOptions,
  type TrajectoryReader,
  type WritableAtoms,
  writeExtxyz,
  writeH5md,
  writeXdatcar,
} from "./trajectory/index.ts";
// What a view shows, as files
export { type ViewColumn, writeViewHdf5, writeViewParquet } from "./view/writeView.ts";
// Files written by hand: YAML with the place of every value, against a JSON Schema
export { checkStructure, type Places, readYaml, type Schema } from "./yaml/index.ts";
