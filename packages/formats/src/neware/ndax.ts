/** Neware BTS 8 .ndax: a ZIP archive of .ndc members and XML descriptions. */
import { checkCancelled, makeTable, type Notice, QUIET, ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";
import { listZip, looksLikeZip, readZipMember } from "../bytes/zip.ts";
import { salvageZip } from "../bytes/zipSalvage.ts";
import type { CyclingFile, Reader, ReadOptions } from "../reader.ts";
import { auxColumns, channelOf, isAuxMember } from "./auxiliary.ts";
import { countSteps, deriveCycles, totalTimeOf } from "./counting.ts";
import { applyRanges, sum } from "./counts.ts";
import { auxChannels, auxCount, cycleMode, metaOf, readXml, type XmlElement } from "./metadata.ts";
import { layoutOf, ndcHead, ndcRecords, soundLength } from "./ndc.ts";
import { type InlineFields, MAIN, NDC_KIND, RUN_INFO, STEP } from "./ndcLayouts.ts";
import { decodeIntegers, decodeNumbers, type Records } from "./records.ts";
import { columnsOf, LOCAL_CLOCK, type Run } from "./run.ts";
import { decodeRunInfo, fillRows, lastIndex } from "./runInfo.ts";

const MAIN_MEMBER = "data.ndc";
const RUN_INFO_MEMBER = "data_runInfo.ndc";
const STEP_MEMBER = "data_step.ndc";
const CONFIG_MEMBER = "NdaxConfig.xml";
const DESCRIPTIONS = ["TestInfo.xml", "VersionInfo.xml", "Step.xml", CONFIG_MEMBER];

/** An .ndax archive begins with one of its descriptions or with the data. */
const FIRST_MEMBER = /^(EditStep|Step|TestInfo|VersionInfo|NdaxConfig)\d*\.xml/;
const NAME_IN_LOCAL_HEADER = 30;

/** Measured values deflate 2 to 10 times; what promises far more is not measured and must not take memory. */
const FREE_SIZE = 2 ** 24;
const MAX_RATIO = 64;

/** Members by name; reading one may find it damaged. */
interface Archive {
  names: readonly string[];
  read(name: string): Promise<Uint8Array>;
  /** members of which only the part before damage was given */
  shortened: Set<string>;
}

export const ndaxReader: Reader = {
  id: "neware-ndax",
  title: "Neware BTS .ndax",
  endings: [".ndax"],
  async sniff(head, source) {
    if (!looksLikeZip(head)) return 0;
    // names in the local headers: they are there in a cut file too
    const names = new TextDecoder("latin1").decode(head);
    if (names.includes(".ndc")) return 1;
    if (FIRST_MEMBER.test(names.slice(NAME_IN_LOCAL_HEADER))) return 0.9;
    try {
      return (await listZip(source)).some(({ name }) => name.endsWith(".ndc")) ? 1 : 0;
    } catch {
      return 0;
    }
  },
  read: readNdax,
};

async function openArchive(source: ByteSource, salvage: boolean, notices: Notice[]): Promise<Archive> {
  try {
    const members = await listZip(source);
    const byName = new Map(members.map((member) => [member.name, member]));
    return {
      names: [...byName.keys()],
      shortened: new Set(),
      async read(name) {
        const member = byName.get(name)!;
        const limit = FREE_SIZE + MAX_RATIO * source.size;
        if (member.size > limit) {
          const what = `"${name}" declares ${member.size} bytes; in an archive of ${source.size} bytes at most ${limit} are read`;
          throw new ThioscopeError("FILE_DAMAGED", what, { offset: member.offset });
        }
        return readZipMember(source, member);
      },
    };
  } catch (error) {
    if (!salvage || !(error instanceof ThioscopeError)) throw error;
    notices.push({ code: "salvaged", message: `${error.message}; members are read as far as they go` });
    return salvagedArchive(source, notices);
  }
}

async function salvagedArchive(source: ByteSource, notices: Notice[]): Promise<Archive> {
  const members = new Map((await salvageZip(source)).map((member) => [member.name, member]));
  const shortened = new Set<string>();
  return {
    names: [...members.keys()],
    shortened,
    async read(name) {
      const { content, whole } = members.get(name)!;
      if (whole) return content;
      shortened.add(name);
      const sound = name.endsWith(".ndc") ? content.subarray(0, soundLength(content)) : content;
      notices.push({ code: "salvaged", message: `"${name}" is damaged: its first ${sound.length} bytes are read` });
      return sound;
    },
  };
}

async function readNdax(source: ByteSource, options: ReadOptions): Promise<CyclingFile> {
  const notices: Notice[] = [];
  const salvage = options.salvage === true;
  const task = options.task ?? QUIET;
  let archive = await openArchive(source, salvage, notices);
  if (!archive.names.includes(MAIN_MEMBER)) {
    throw new ThioscopeError(
      "FILE_DAMAGED",
      `the archive has no "${MAIN_MEMBER}"; it has ${archive.names.slice(0, 20).join(", ") || "nothing"}`,
    );
  }
  const essential = async (name: string): Promise<Uint8Array | undefined> => {
    if (!archive.names.includes(name)) return undefined;
    checkCancelled(task);
    try {
      return await archive.read(name);
    } catch (error) {
      if (!salvage || !(error instanceof ThioscopeError)) throw error;
      archive = await salvagedArchive(source, notices);
      return archive.names.includes(name) ? archive.read(name) : undefined;
    }
  };
  /** what the rows do not depend on: its damage is a notice */
  const optional = async (name: string): Promise<Uint8Array | undefined> => {
    checkCancelled(task);
    try {
      return await archive.read(name);
    } catch (error) {
      if (!(error instanceof ThioscopeError)) throw error;
      notices.push({ code: "member-damaged", message: error.message });
      return undefined;
    }
  };

  task.progress(0, 3, "archive members");
  const main = (await essential(MAIN_MEMBER)) ?? new Uint8Array(0);
  const { kind, version } = ndcHead(main, MAIN_MEMBER);
  if (kind !== NDC_KIND.main) {
    throw new ThioscopeError("FILE_DAMAGED", `"${MAIN_MEMBER}" is of kind ${kind}, measured values are kind ${NDC_KIND.main}`);
  }
  const layout = layoutOf(MAIN, version, MAIN_MEMBER);
  const records = ndcRecords(main, layout.blocks, layout.size, layout.inline?.index);
  const run: Run = {
    rows: records.at.length,
    voltage: decodeNumbers(records, layout.voltage),
    current: decodeNumbers(records, layout.current),
    aux: [],
  };
  let slot = records.slot;
  if (layout.inline) {
    slot = decodeIntegers(records, layout.inline.index).map((index) => index - 1);
    addInline(run, records, layout.inline, notices);
  } else {
    task.progress(1, 3, "archive members");
    const isShort = (name: string): boolean => archive.shortened.has(name);
    slot = await addRunInfo(run, slot, essential, isShort, notices);
  }
  task.progress(2, 3, "archive members");
  const described = new Map<string, XmlElement[]>();
  for (const name of DESCRIPTIONS) {
    const bytes = archive.names.includes(name) ? await optional(name) : undefined;
    if (!bytes) continue;
    const { elements, error } = readXml(bytes);
    if (error !== undefined) notices.push({ code: "member-damaged", message: `archive member "${name}" is damaged: ${error}` });
    described.set(name, elements);
  }
  recountCycles(run, described.get(CONFIG_MEMBER) ?? [], notices);
  await addAuxiliary(run, slot, archive.names, described.get("TestInfo.xml") ?? [], optional, notices);
  task.progress(3, 3, "archive members");
  if (run.rows === 0) notices.push({ code: "no-rows", message: "the file holds no measured rows: the test was not run or not saved" });
  const columns = columnsOf(run, notices);
  const meta = { ndcVersion: version, ...metaOf([...described.values()].flat()) };
  return { ...makeTable(columns, run.rows), format: "neware-ndax", technique: "cycling", meta, notices };
}

/** Versions 2 and 5: all in one record. */
function addInline(run: Run, records: Records, fields: InlineFields, notices: Notice[]): void {
  const numbers = (name: keyof InlineFields): Float64Array => decodeNumbers(records, fields[name]);
  const capacity = sum(numbers("chargeCapacity"), numbers("dischargeCapacity"));
  const energy = sum(numbers("chargeEnergy"), numbers("dischargeEnergy"));
  applyRanges(decodeIntegers(records, fields.range), [run.current!, capacity, energy], notices);
  const stepTime = numbers("stepTime");
  const stepIndex = decodeIntegers(records, fields.stepIndex);
  const stepCount = countSteps(stepIndex, stepTime);
  Object.assign(run, {
    capacity,
    energy,
    stepTime,
    stepIndex,
    stepCount,
    stepType: decodeIntegers(records, fields.stepType),
    cycle: decodeIntegers(records, fields.cycle),
    totalTime: totalTimeOf(stepTime, stepCount),
    unixTime: numbers("localTime"),
  });
  if (run.rows > 0) notices.push(LOCAL_CLOCK);
}

/**
 * From version 11 on: times from the run-info member, cycle and step from the step member.
 *
 * @returns the places of the rows that remain
 */
async function addRunInfo(
  run: Run,
  places: Int32Array,
  member: (name: string) => Promise<Uint8Array | undefined>,
  isShort: (name: string) => boolean,
  notices: Notice[],
): Promise<Int32Array> {
  let slot = places;
  const missing = (name: string, what: string): void => {
    notices.push({ code: "member-missing", message: `the archive has no "${name}": ${what} are not known` });
  };
  const info = await member(RUN_INFO_MEMBER);
  if (!info) {
    missing(RUN_INFO_MEMBER, "times, capacities and steps");
    return slot;
  }
  const infoLayout = layoutOf(RUN_INFO, ndcHead(info, RUN_INFO_MEMBER).version, RUN_INFO_MEMBER);
  const runInfo = decodeRunInfo(ndcRecords(info, infoLayout.blocks, infoLayout.size), infoLayout);
  if (isShort(RUN_INFO_MEMBER)) slot = shorten(run, slot, lastIndex(runInfo), notices);
  const filled = fillRows(runInfo, slot, run.voltage!, run.current!);
  Object.assign(run, {
    stepTime: filled.stepTime,
    unixTime: filled.unixTime,
    capacity: filled.capacity,
    energy: filled.energy,
    stepCount: filled.stepCount,
    totalTime: totalTimeOf(filled.stepTime, filled.stepCount),
  });
  if (filled.interpolated > 0) {
    run.origin = filled.origin;
    notices.push({
      code: "rows-interpolated",
      message: `time, capacity and energy of ${filled.interpolated} of ${run.rows} rows are not stored; they continue from the stored row before`,
    });
  }
  if (filled.untimed > 0) {
    notices.push({ code: "rows-untimed", message: `the first ${filled.untimed} rows have no time`, rows: [0, filled.untimed - 1] });
  }

  const step = await member(STEP_MEMBER);
  if (!step) {
    missing(STEP_MEMBER, "cycle, step index and step type");
    return slot;
  }
  const layout = layoutOf(STEP, ndcHead(step, STEP_MEMBER).version, STEP_MEMBER);
  const records = ndcRecords(step, layout.blocks, layout.size);
  const steps = records.at.length;
  const spread = (values: Int32Array): Int32Array => {
    const out = new Int32Array(run.rows);
    for (let i = 0; i < out.length; i++) out[i] = values[filled.stepCount[i]! - 1] ?? 0;
    return out;
  };
  run.cycle = spread(decodeIntegers(records, layout.cycle));
  run.stepIndex = spread(decodeIntegers(records, layout.stepIndex));
  run.stepType = spread(decodeIntegers(records, layout.stepType));
  const last = filled.stepCount.at(-1) ?? 0;
  if (last > steps) {
    notices.push({
      code: "steps-missing",
      message: `the run has ${last} steps, "${STEP_MEMBER}" describes ${steps}: the others have cycle 0`,
    });
  }
  return slot;
}

/** Drops the rows behind the last one whose time is stored: what comes after lost run-info would be invented. */
function shorten(run: Run, slot: Int32Array, last: number, notices: Notice[]): Int32Array {
  const found = slot.findIndex((place) => place >= last);
  if (found < 0) return slot;
  notices.push({ code: "salvaged", message: `${run.rows - found} of ${run.rows} rows are left out: their times are lost` });
  run.rows = found;
  run.voltage = run.voltage!.slice(0, found);
  run.current = run.current!.slice(0, found);
  return slot.slice(0, found);
}

/** The vendor's numbering follows the mode that was last chosen in BTSDA and kept in the archive. */
function recountCycles(run: Run, config: readonly XmlElement[], notices: Notice[]): void {
  const mode = cycleMode(config);
  if (mode === undefined || mode === "0" || !run.stepType || run.rows === 0) return;
  if (mode !== "1") {
    const message = `"${CONFIG_MEMBER}" asks for cycle mode ${mode}, which is not known: the tester's cycle numbers are given`;
    notices.push({ code: "cycle-mode-unknown", message, column: "cycle_count" });
    return;
  }
  const stored = run.cycle?.at(-1) ?? 0;
  run.cycle = deriveCycles(run.stepType, "charge");
  const message = `"${CONFIG_MEMBER}" asks for cycles that begin with a charging step: ${run.cycle.at(-1)} cycles, the tester counted ${stored}`;
  notices.push({ code: "cycle-derived", message, column: "cycle_count" });
}

async function addAuxiliary(
  run: Run,
  slot: Int32Array,
  names: readonly string[],
  testInfo: readonly XmlElement[],
  read: (name: string) => Promise<Uint8Array | undefined>,
  notices: Notice[],
): Promise<void> {
  const channels = auxChannels(testInfo);
  const undescribed: string[] = [];
  for (const name of names.filter(isAuxMember)) {
    const channel = channelOf(name, channels);
    if (!channel) {
      undescribed.push(name);
      continue;
    }
    const bytes = await read(name);
    if (!bytes) continue;
    try {
      for (const column of auxColumns(bytes, name, channel, slot, notices)) {
        if (!run.aux.some((other) => other.name === column.name)) run.aux.push(column);
      }
    } catch (error) {
      if (!(error instanceof ThioscopeError)) throw error;
      notices.push({ code: "aux-unknown", message: `auxiliary channel "${name}" is left out: ${error.message}` });
    }
  }
  run.aux.sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
  if (undescribed.length > 0) {
    notices.push({
      code: "member-damaged",
      message: `archive member "TestInfo.xml" is damaged or incomplete: it describes ${channels.length} of ${Math.max(auxCount(testInfo), undescribed.length)} auxiliary channels; left out: ${undescribed.join(", ")}`,
    });
  }
}
