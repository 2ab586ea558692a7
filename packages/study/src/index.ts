// Files

// Claims, with models and virtual measurements
export { auditWithChecks, outcomesOf } from "./audit/run.ts";
// Barcodes of frames
export { type BarcodeJob, barcodesOfFrames, type FrameCurves } from "./barcodes.ts";
// Database
export { type Cell, findStudies, openDatabase, type QueryResult, type StudyDatabase } from "./database.ts";
export type { EngineName } from "./engine.ts";
// A study as a folder for others
export { batteryJsonLd } from "./export/battinfo.ts";
export { type ExportedStudy, type ExportFigure, type ExportOptions, exportStudy } from "./export/exportStudy.ts";
export { type FileSource, openAsByteSource } from "./fileSource.ts";
// A study: made, read, run
export { type FoundRaw, lookInto } from "./foundRaw.ts";
// Frames on several threads
export { type FramePool, type FrameSource, framePool, integrateFrames, type PoolOptions, usualThreads } from "./frames.ts";
export { type ModelJob, type ModelOutcome, runModels } from "./models.ts";
export { type FoundFile, type NewStudyOptions, newStudy } from "./newStudy.ts";
export { packStory } from "./packedStory.ts";
// Powder patterns on several threads
export { type PatternStack, type RefinedStack, refinePatterns } from "./patterns.ts";
export { printPdf } from "./pdf.ts";
export { changeRecipe, type Recipe, readRecipe, writeRecipe } from "./recipe.ts";
export type { RecipeChange, RecipeGroup } from "./recipeModel.ts";
export { STEPS, type StepDefinition, type StepName } from "./registry/index.ts";
export { SOURCE_KINDS, type SourceKind } from "./registry/sources.ts";
export {
  makeReport,
  PAGE_FOLDER,
  RECOVERED_FILE,
  type ReportParts,
  readStory,
  reportHtml,
  type StoryText,
  storyOfReport,
  storyText,
} from "./report.ts";

// Results
export { type IndexedFile, type RunRecord, readIndex, type StudyIndex } from "./results.ts";
export { type RunOptions, runStudy, type StepReport, type StudyRun } from "./run.ts";
export type { Execute, SlurmOptions } from "./slurm/options.ts";
export { eventsPart } from "./steps/evidence/events.ts";
export { evidencePart } from "./steps/evidence/evidence.ts";
export { tabled as observationStreams } from "./steps/evidence/gather.ts";
export { methodsMarkdown } from "./steps/methods/compose.ts";
export { ionContent, ionRatiosContent, ramanContent, thermalContent, xpsContent } from "./steps/spectroscopy/contents.ts";
export { isStudy, readStudy, STUDY_SCHEMA, type Study, type StudyStep } from "./studyFile.ts";
export type { StudyFile, StudySource } from "./studySources.ts";
// Tomography
export { openScan, readPicture, readVolume, type VolumeOptions } from "./tomography/files.ts";
export { reconstructScan, type ScanOptions, type ScanResult } from "./tomography/reconstructScan.ts";
export { type SlicePool, slicePool } from "./tomography/slices.ts";
export { type Verification, type VerifyCode, type VerifyFinding, type VerifyOptions, verifyStudy } from "./verify.ts";
export { type WatchOptions, type WatchRound, watchStudy } from "./watch.ts";
export { type WriteFile, writeAtomic } from "./write.ts";
