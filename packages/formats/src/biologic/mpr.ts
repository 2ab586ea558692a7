/** BioLogic .mpr, EC-Lab's binary data file: settings, data, log, loop and external-device modules. */
import { type Notice, ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";
import type { CyclingFile, Reader, ReadOptions } from "../reader.ts";
import { assemble } from "./assemble.ts";
import { decodeField } from "./decode.ts";
import { deriveCycling, type VendorColumns } from "./deriveCycling.ts";
import { deriveExport, type Intercalation } from "./deriveExport.ts";
import { deriveImpedance } from "./deriveImpedance.ts";
import { type DataLayout, LAYOUT_BYTES, readLayout } from "./layout.ts";
import { listModules, looksLikeMpr, type MprModule } from "./modules.ts";
import { describeParameters, readParameters } from "./parameters.ts";
import { type Facts, readExternal, readLog, readLoops, readSettings } from "./settings.ts";

/** Settings, log and loop modules are kilobytes; a larger claim is a lie that must not take memory. */
const LARGEST_SIDE_MODULE = 16 * 2 ** 20;

export const mprReader: Reader = {
  id: "biologic-mpr",
  title: "BioLogic EC-Lab .mpr",
  endings: [".mpr"],
  sniff: (head) => (looksLikeMpr(head) ? 1 : 0),
  read: readMpr,
};

async function readMpr(source: ByteSource, options: ReadOptions): Promise<CyclingFile> {
  const { modules, damage } = await listModules(source);
  if (damage && !options.salvage) throw damage;
  const notices: Notice[] = [];
  if (damage)
    notices.push({ code: "salvaged", message: damage.message, ...(damage.place.offset !== undefined && { offset: damage.place.offset }) });
  const data = modules.find((module) => module.name === "VMP data");
  if (!data) {
    const names = modules.map((module) => module.name).join(", ") || "none";
    throw damage ?? new ThioscopeError("FILE_DAMAGED", `no data module; modules are: ${names}`, { file: source.name, offset: 0 });
  }
  const side = async (name: string): Promise<Uint8Array | undefined> => {
    const module = modules.find((m) => m.name === name && m.available === m.length);
    if (!module || module.length > LARGEST_SIDE_MODULE) return undefined;
    return source.read(module.offset, module.length);
  };
  const { layout, rows, bytes } = await readRows(source, data, options.salvage === true, notices);
  const external = await side("VMP ExtDev");
  const sensors = external ? readExternal(external) : {};
  const columns: VendorColumns = new Map();
  for (const field of layout.fields) {
    let header = headerOfSensor(field.header, sensors);
    for (let n = 2; columns.has(header); n++) header = `${field.header} ${n}`;
    columns.set(header, decodeField(bytes, field, layout.record, rows));
  }

  const settingsBytes = (await side("VMP Set")) ?? new Uint8Array(0);
  const settings = readSettings(settingsBytes);
  const parameters = readParameters(settingsBytes, settings.technique, versionOf(modules, "VMP Set"));
  const log = readLog((await side("VMP LOG")) ?? new Uint8Array(0));
  const loops = await side("VMP loop");
  if (!damage && modules.every((module) => module.name !== "VMP LOG")) {
    const message = "the file has no log module, so no start time: it was cut there, or copied while the test ran";
    notices.push({ code: "log-missing", message });
  }
  if (!settings.known) notices.push({ code: "technique-unknown", message: `${settings.technique} is not known by name` });
  if (rows === 0) notices.push({ code: "no-rows", message: "the file holds no data rows" });

  deriveCycling(columns, loops ? readLoops(loops, rows) : [], true);
  deriveExport(columns, intercalationOf(settings.facts));
  deriveImpedance(columns);
  const meta: Facts = { ...settings.facts, ...log.facts, ...sensors, ...describeParameters(parameters), dataModuleVersion: data.version };
  if (log.start !== undefined) meta.start = new Date(log.start * 1000).toISOString().slice(0, -1);
  return assemble({ format: mprReader.id, technique: settings.technique, rows, columns, meta, notices, start: log.start });
}

const versionOf = (modules: readonly MprModule[], name: string): number => modules.find((module) => module.name === name)?.version ?? 0;

async function readRows(
  source: ByteSource,
  module: MprModule,
  salvage: boolean,
  notices: Notice[],
): Promise<{ layout: DataLayout; rows: number; bytes: Uint8Array }> {
  const head = await source.read(module.offset, Math.min(LAYOUT_BYTES, module.available));
  let layout: DataLayout;
  try {
    layout = readLayout(head, module.version, module.length, salvage);
  } catch (error) {
    throw error instanceof ThioscopeError ? error.at({ file: source.name, offset: module.offset }) : error;
  }
  notices.push(...layout.notices);
  const complete = layout.record === 0 ? 0 : Math.floor(Math.max(0, module.available - layout.start) / layout.record);
  const rows = Math.min(layout.rows, complete);
  if (rows < layout.rows) {
    const message = `${layout.rows} rows declared, ${rows} are complete`;
    if (!salvage) throw new ThioscopeError("FILE_CUT", message, { file: source.name, offset: source.size });
    notices.push({ code: "rows-lost", message, rows: [rows, layout.rows - 1] });
  }
  return { layout, rows, bytes: await source.read(module.offset + Math.min(layout.start, module.available), rows * layout.record) };
}

/** An analog input that the user scaled to a sensor's quantity is stored in that unit, under the name given ("Force/N"). */
function headerOfSensor(header: string, sensors: Facts): string {
  const input = /^Analog IN ([12])\/V$/.exec(header)?.[1];
  const name = input === undefined ? undefined : sensors[`analogIn${input}`];
  return typeof name === "string" && name.includes("/") ? name : header;
}

function intercalationOf(facts: Facts): Intercalation | undefined {
  const { initialX, activeMassMilligram, molecularWeightGramPerMol, electronsPerIon } = facts;
  if (typeof initialX !== "number" || typeof activeMassMilligram !== "number") return undefined;
  if (typeof molecularWeightGramPerMol !== "number" || typeof electronsPerIon !== "number") return undefined;
  return {
    initialX: Math.fround(initialX),
    massMilligram: Math.fround(activeMassMilligram),
    molarMass: Math.fround(molecularWeightGramPerMol),
    electrons: electronsPerIon,
  };
}
