/**
 * The layout of a data module: how many rows, which column where in the record. An id that the table does not
 * know costs that column only: its width is what the known fields leave of the record.
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import { FIELD_WIDTH, type FieldType, FLAGS, STORED_COLUMNS } from "./columns.ts";

export interface Field {
  header: string;
  type: FieldType;
  /** within the record */
  offset: number;
  flag?: { mask: number; shift: number };
}

export interface DataLayout {
  /** rows the module says it holds */
  rows: number;
  /** bytes per row */
  record: number;
  /** of the first row, within the module */
  start: number;
  fields: readonly Field[];
  notices: readonly Notice[];
}

/** Where each version of the module keeps its column ids and its first row. */
const VERSIONS: Readonly<Record<number, { countBytes: 1 | 2; idBytes: 1 | 2; start: number }>> = {
  0: { countBytes: 1, idBytes: 1, start: 100 },
  2: { countBytes: 1, idBytes: 2, start: 405 },
  3: { countBytes: 1, idBytes: 2, start: 406 },
  10: { countBytes: 2, idBytes: 2, start: 1007 },
  11: { countBytes: 2, idBytes: 2, start: 1007 },
};

/** Bytes of a data module that {@link readLayout} needs. */
export const LAYOUT_BYTES = 1007;

/**
 * @param head the first {@link LAYOUT_BYTES} of the module, or all it has
 * @param length of the whole module, as its head says
 * @param lenient takes the rows that fit where the declared number contradicts the length
 * @throws FORMAT_VERSION, FILE_CUT, FILE_DAMAGED
 */
export function readLayout(head: Uint8Array, version: number, length: number, lenient: boolean): DataLayout {
  const form = VERSIONS[version];
  if (!form) {
    const known = Object.keys(VERSIONS).join(", ");
    throw new ThioscopeError("FORMAT_VERSION", `data module version ${version} is not known; known are ${known}`);
  }
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const first = 4 + form.countBytes;
  if (head.length < first) throw new ThioscopeError("FILE_CUT", "the data module ends before its column list");
  const rows = view.getUint32(0, true);
  const count = form.countBytes === 1 ? view.getUint8(4) : view.getUint16(4, true);
  if (first + count * form.idBytes > form.start) {
    throw new ThioscopeError("FILE_DAMAGED", `${count} columns declared, at most ${(form.start - first) / form.idBytes} fit the header`);
  }
  if (head.length < form.start) throw new ThioscopeError("FILE_CUT", "the data module ends before its first row");
  const ids = Array.from({ length: count }, (_, i) =>
    form.idBytes === 1 ? view.getUint8(first + i) : view.getUint16(first + 2 * i, true),
  );
  const bytes = Math.max(0, length - form.start);
  const known = knownRecord(ids);
  if (lenient && rows > 0 && known !== undefined && bytes !== rows * known) {
    const fit = Math.min(rows, Math.floor(bytes / known));
    const message = `${rows} rows of ${known} bytes declared in ${bytes} bytes of data: the first ${fit} are given`;
    const placed = placeFields(ids, known, fit);
    return { ...placed, rows: fit, start: form.start, notices: [...placed.notices, { code: "salvaged", message }] };
  }
  if (rows > 0 && (bytes === 0 || bytes % rows !== 0)) {
    throw new ThioscopeError("FILE_DAMAGED", `${rows} rows declared, which do not divide the module's ${bytes} bytes of data`);
  }
  const record = rows > 0 ? bytes / rows : 0;
  return { rows, start: form.start, ...placeFields(ids, record, rows) };
}

/** Bytes per row if the width of every column is known. */
function knownRecord(ids: readonly number[]): number | undefined {
  let sum = ids.some((id) => FLAGS[id]) ? 1 : 0;
  for (const id of ids) {
    if (FLAGS[id]) continue;
    const type = STORED_COLUMNS[id]?.type;
    if (!type) return undefined;
    sum += FIELD_WIDTH[type];
  }
  return sum > 0 ? sum : undefined;
}

interface Slot {
  id: number;
  header: string | undefined;
  width: number | undefined;
  type: FieldType | undefined;
}

function placeFields(ids: readonly number[], recordLength: number, rows: number): Pick<DataLayout, "record" | "fields" | "notices"> {
  const slots: Slot[] = [];
  let flagSlot: Slot | undefined;
  for (const id of ids) {
    if (FLAGS[id]) {
      if (!flagSlot) {
        flagSlot = { id, header: undefined, width: 1, type: "u8" };
        slots.push(flagSlot);
      }
      continue;
    }
    const known = STORED_COLUMNS[id];
    slots.push({ id, header: known?.header, type: known?.type, width: known?.type && FIELD_WIDTH[known.type] });
  }
  const open = slots.filter((slot) => slot.width === undefined);
  const knownBytes = slots.reduce((sum, slot) => sum + (slot.width ?? 0), 0);
  const rest = recordLength - knownBytes;
  const notices: Notice[] = [];
  if (rows > 0 && (rest < 0 || (open.length === 0 && rest !== 0))) {
    const names = ids.join(", ");
    throw new ThioscopeError("FILE_DAMAGED", `rows are ${recordLength} bytes long, columns ${names} need ${knownBytes}`);
  }
  // several unknown columns can only share the rest evenly; where they cannot, none of them has a place
  const each = open.length > 0 && rest % open.length === 0 ? rest / open.length : 0;
  const certain = open.length <= 1 || [1, 2, 4, 8].includes(each);
  for (const slot of open) {
    slot.width = certain ? each : undefined;
    if (slot.header) slot.type = typeOfWidth(certain ? each : 0, slot.header);
    if (rows > 0) notices.push(unknownNotice(slot, certain));
  }
  const fields: Field[] = [];
  let offset = 0;
  for (const [index, slot] of slots.entries()) {
    if (slot.width === undefined) {
      // behind an unknown width nothing has a place counted from the front; count from the end after the last one
      const later = slots.slice(index + 1);
      const lastOpen = later.findLastIndex((s) => s.width === undefined);
      const tail = later.slice(lastOpen + 1);
      for (const lost of later.slice(0, lastOpen + 1)) {
        if (lost.width !== undefined) notices.push(lostNotice(lost));
      }
      offset = recordLength - tail.reduce((sum, s) => sum + (s.width ?? 0), 0);
      for (const s of tail) offset = addSlot(fields, s, offset, ids, flagSlot);
      break;
    }
    offset = addSlot(fields, slot, offset, ids, flagSlot);
  }
  return { record: rows > 0 ? recordLength : knownBytes, fields, notices };
}

function addSlot(fields: Field[], slot: Slot, offset: number, ids: readonly number[], flagSlot: Slot | undefined): number {
  if (slot === flagSlot) {
    // each once, however often a damaged list names it
    for (const id of new Set(ids)) {
      const flag = FLAGS[id];
      if (flag) fields.push({ header: flag.header, type: "u8", offset, flag: { mask: flag.mask, shift: flag.shift } });
    }
  } else if (slot.header !== undefined && slot.type !== undefined) {
    fields.push({ header: slot.header, type: slot.type, offset });
  }
  return offset + (slot.width ?? 0);
}

function typeOfWidth(width: number, header: string): FieldType | undefined {
  const counts = !header.includes("/");
  if (width === 8) return "f64";
  if (width === 4) return counts && header !== "x" ? "u32" : "f32";
  if (width === 2) return "u16";
  return width === 1 ? "u8" : undefined;
}

function unknownNotice(slot: Slot, certain: boolean): Notice {
  const what = slot.header ? `"${slot.header}" (id ${slot.id})` : `with the unknown id ${slot.id}`;
  if (slot.type) {
    return {
      code: "column-width-inferred",
      message: `column ${what}: its width of ${slot.width} bytes follows from the row's`,
      column: slot.header ?? "",
    };
  }
  const width = certain ? `; it takes ${slot.width} bytes of each row` : "; its width cannot be told";
  return { code: "column-unknown", message: `column ${what} is left out${width}` };
}

function lostNotice(slot: Slot): Notice {
  return {
    code: "column-unplaced",
    message: `column "${slot.header ?? "flags"}" stands between columns of unknown width and is left out`,
    column: slot.header ?? "flags",
  };
}
