// A view: mount(element, model) → { update, destroy }

// Cells side by side
export { CELL_FIGURES, type ComparedCells } from "./cells/figures.ts";
export { type CellChoice, type CellFilter, cellChoices, filterSql, isLeft, NO_FILTER } from "./cells/select.ts";
// One cursor, one brush
export { type Cursor, createCursor, type ViewState } from "./cursor.ts";
export { h, type Mounted } from "./dom.ts";
// The views of voltammetry, titration, symmetric cells and composition
export { ELECTROCHEMISTRY } from "./electrochemistry/index.ts";
// Figures as data, drawn on a canvas or as SVG
export { scaleOf } from "./figure/colours.ts";
export { tableToCsv } from "./figure/csv.ts";
export { FIGURE_PRESETS, type FigurePreset, figureToPng, figureToSvg, JOURNAL_WIDTHS, type JournalWidth } from "./figure/export.ts";
export type {
  Axis,
  BandMark,
  ColourScale,
  DataColumn,
  DataTable,
  Figure,
  LabelMark,
  LegendEntry,
  LineMark,
  MapMark,
  Mark,
  Panel,
  PointMark,
  RawPlace,
  RuleMark,
  Shape,
  SpanMark,
  Tone,
} from "./figure/model.ts";
// The views of spectra
export { IMPEDANCE_FIGURES, mountImpedance } from "./impedance/mountImpedance.ts";
export { mountSpectrumList } from "./impedance/spectrumList.ts";
export { type ModelAnswer, type ModelRequest, type ModelSolver, type ModelSolving, offerModels } from "./parts/live.ts";
export type { PartContext, PartFigure, PartModel, PartPanel, PartView } from "./parts/model.ts";
// The views of parts
export { mountParts, type PanelModel, partsOf } from "./parts/mountParts.ts";
export { PART_VIEWS } from "./parts/registry.ts";
export { solveModel } from "./parts/solveModel.ts";
// The views of a study
export { mountOwnPlot, mountOwnTable, type OwnPlot, type OwnTable } from "./plot/mountOwn.ts";
export { mountPlot, mountPlotOf } from "./plot/mountPlot.ts";
export { offerTableFiles, type TableFile, type TableWriter } from "./plot/tools.ts";
// All figures that a story has something for
export { figuresOfStory, type StoryFigure } from "./storyFigures.ts";
export { mountCellCard } from "./study/cellCard.ts";
export {
  type CalibrationWish,
  type Choice,
  type Context,
  type ContextSource,
  contextOf,
  type FigureSpec,
  OF_FILE,
  type PlotSpec,
  type StudyModel,
  type Switch,
} from "./study/context.ts";
export { mountCrossSection } from "./study/crossSection.ts";
export { mountCycleList } from "./study/cycleList.ts";
export { mountCycleTable } from "./study/cycleTable.ts";
export { mountFiles, mountProvenance } from "./study/files.ts";
export { isTyping, STUDY_KEYS, studyKey } from "./study/keyboard.ts";
export { mountMethods } from "./study/methods.ts";
export { mountOperando } from "./study/mountOperando.ts";
export { mountStudy, STUDY_FIGURES } from "./study/mountStudy.ts";
export { rowsOfHash, showRows } from "./study/sentences.ts";
export { mountTimeline } from "./study/timeline.ts";
// Text and theme
export { answerText, countText, quantityText, type Run, richText, setRuns, unitText } from "./text.ts";
export { currentTheme, onThemeChange, setTheme, type Theme } from "./theme.ts";
export { type Division, locate, type Position, stepDivision, stepRow } from "./track.ts";
