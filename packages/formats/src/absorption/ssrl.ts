/**
 * SSRL "EXAFS Data Collector 1.x" in binary: twelve lines of text of fixed length, the columns' names, then rows of
 * four-byte VAX F floats (two little-endian words, the first holds sign, eight bits of exponent and seven of the fraction):
 * x = ±2^(e−128) (0.5 + f/2²⁴).
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import { type ByteSource, readAll } from "../bytes/source.ts";
import { scansOfColumns } from "./columns.ts";
import type { AbsorptionReader } from "./model.ts";
import { contextOf } from "./text.ts";

const MAX_BYTES = 2 ** 26;
const MAGIC = "SSRL - EXAFS Data Collector";
const NAME_LENGTH = 20;
/** bytes between the names and the first row: counts and flags */
const AFTER_NAMES = 16;

export const ssrlReader: AbsorptionReader = {
  id: "ssrl",
  title: "SSRL EXAFS Data Collector, binary",
  sniff: (head) => new TextDecoder("latin1").decode(head.subarray(0, MAGIC.length)) === MAGIC && head.includes(0),
  async read(source: ByteSource, options) {
    const file = source.name;
    if (source.size > MAX_BYTES)
      throw new ThioscopeError("INVALID_INPUT", `${source.size} bytes are no scan; at most ${MAX_BYTES} are read`, { file });
    const bytes = await readAll(source);
    const text = new TextDecoder("latin1").decode(bytes.subarray(0, Math.min(bytes.length, 8192)));
    const size = /PTS:\s*(\d+)\s+COLS:\s*(\d+)/.exec(text);
    const [points, width] = [Number(size?.[1]), Number(size?.[2])];
    if (!(points >= 8 && points <= 100_000 && width >= 2 && width <= 512))
      throw new ThioscopeError("FILE_DAMAGED", "the head does not state points and columns", { file });
    const start = text.indexOf("Real time clock");
    if (start < 0) throw new ThioscopeError("FILE_DAMAGED", "the columns' names are missing", { file });
    const names = Array.from({ length: width }, (_, j) =>
      text
        .slice(start + j * NAME_LENGTH, start + (j + 1) * NAME_LENGTH)
        .replace(/[\n\0]/g, "")
        .trim(),
    );
    const at = start + width * NAME_LENGTH + AFTER_NAMES;
    if (at + 4 * points * width > bytes.length) {
      throw new ThioscopeError(
        "FILE_CUT",
        `${points} rows of ${width} columns end at byte ${at + 4 * points * width}, the file at ${bytes.length}`,
        { file, offset: bytes.length },
      );
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const data = names.map((_, j) => Float64Array.from({ length: points }, (_, i) => vaxFloat(view, at + 4 * (i * width + j))));
    const titles = text
      .slice(0, start)
      .split("\n\0")
      .map((line) => line.trim());
    const meta = { "Scan.start_time": "", title: titles.slice(7, 10).join(" ").trim(), date: titles[1] ?? "" };
    const notices: Notice[] = [];
    return {
      format: "ssrl",
      scans: scansOfColumns({ names, data }, contextOf(file, meta), options.columns, notices),
      chi: [],
      project: null,
      notices,
    };
  },
};

function vaxFloat(view: DataView, at: number): number {
  const high = view.getUint16(at, true);
  const exponent = (high >> 7) & 0xff;
  if (exponent === 0) return 0;
  const fraction = ((high & 0x7f) << 16) | view.getUint16(at + 2, true);
  return (high & 0x8000 ? -1 : 1) * 2 ** (exponent - 128) * (0.5 + fraction / 2 ** 24);
}
