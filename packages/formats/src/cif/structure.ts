/**
 * A crystal structure from a CIF: cell with standard uncertainties, symmetry from the listed operations (else from the Hall or
 * Hermann–Mauguin symbol or number), sites with occupancy and displacement; what the file contradicts or leaves out becomes a notice.
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import {
  type AtomSite,
  type CellParameters,
  expandSites,
  formatOperation,
  isElement,
  isHexagonalCell,
  metricConflict,
  parseOperation,
  type SpaceGroup,
  type Structure,
  spaceGroup,
  spaceGroupOfHall,
  spaceGroupOfOperations,
  tiedParameters,
  unitCell,
} from "@thioscope/core/crystal";
import { formatCifNumber, requireNumber } from "./number.ts";
import { type CifBlock, type CifLoop, type CifValue, isMissing, itemOf, loopOf, parseCif, writeCif } from "./parse.ts";

const CELL_TAGS = ["_cell_length_a", "_cell_length_b", "_cell_length_c", "_cell_angle_alpha", "_cell_angle_beta", "_cell_angle_gamma"];
const OPERATION_TAGS = ["_space_group_symop_operation_xyz", "_symmetry_equiv_pos_as_xyz"];
const HALL_TAGS = ["_space_group_name_hall", "_symmetry_space_group_name_hall"];
const NAME_TAGS = [
  "_space_group_name_h-m_alt",
  "_symmetry_space_group_name_h-m",
  "_space_group_name_h-m_full",
  "_symmetry_space_group_name_h-m_alt",
  "_space_group_name_h-m_ref",
];
const NUMBER_TAGS = ["_space_group_it_number", "_symmetry_int_tables_number"];
const TITLE_TAGS = [
  "_chemical_name_mineral",
  "_chemical_name_common",
  "_pd_phase_name",
  "_chemical_name_systematic",
  "_chemical_formula_structural",
  "_chemical_formula_sum",
];

/**
 * The structure of a CIF's first block that holds a cell, or of the block named.
 *
 * @param text the whole file
 * @param name the file's name
 * @throws FILE_EMPTY, FILE_FOREIGN, FILE_DAMAGED (with the line), NOT_COMPUTABLE where no block holds a cell, INVALID_INPUT for a block that is not there
 */
export function readCif(text: string, name: string, block?: string): Structure {
  const blocks = parseCif(text, name);
  const withCell = blocks.filter((b) => CELL_TAGS.some((tag) => itemOf(b, tag)));
  if (block !== undefined) {
    const asked = blocks.find((b) => b.name.toLowerCase() === block.toLowerCase());
    if (!asked) {
      const known = blocks.slice(0, 20).map((b) => b.name);
      throw new ThioscopeError("INVALID_INPUT", `no block data_${block}; the file has ${known.join(", ")}`, { file: name });
    }
    return structureOfBlock(asked, name);
  }
  const [first, ...rest] = withCell;
  if (!first) {
    throw new ThioscopeError("NOT_COMPUTABLE", `none of the ${blocks.length} data blocks states a cell (_cell_length_a …)`, { file: name });
  }
  const structure = structureOfBlock(first, name);
  if (rest.length === 0) return structure;
  const others = rest.slice(0, 5).map((b) => b.name);
  const message = `${withCell.length} blocks hold a structure; data_${first.name} was read, not ${others.join(", ")}${rest.length > 5 ? ", …" : ""}`;
  return { ...structure, notices: [...structure.notices, { code: "several-structures", message }] };
}

/** Every structure of a CIF, in the order of its blocks. */
export function readCifStructures(text: string, name: string): Structure[] {
  return parseCif(text, name)
    .filter((b) => CELL_TAGS.some((tag) => itemOf(b, tag)))
    .map((b) => structureOfBlock(b, name));
}

/** The structure that one data block describes. */
export function structureOfBlock(block: CifBlock, file: string): Structure {
  const notices: Notice[] = [...block.notices];
  try {
    const { parameters, sigmas } = readCell(block, file);
    const group = readSymmetry(block, file, parameters, notices);
    const cell = unitCell(parameters, sigmas, tiedParameters(group));
    const conflict = metricConflict(group, cell.metric);
    if (conflict)
      throw new ThioscopeError(
        "FILE_DAMAGED",
        `${conflict}: a, b, c = ${parameters.slice(0, 3).join(", ")} Å, angles ${parameters.slice(3).join(", ")} degrees`,
      );
    const { sites, stated } = readSites(block, file, notices);
    if (sites) checkMultiplicities(sites, stated, expandSites(cell, group, sites).multiplicity, notices);
    return { name: titleOf(block), source: `${file}, data_${block.name}`, cell, group, sites, notices };
  } catch (error) {
    throw error instanceof ThioscopeError ? error.at({ file, line: block.line }) : error;
  }
}

function titleOf(block: CifBlock): string {
  const title = itemOf(block, ...TITLE_TAGS)
    ?.text.trim()
    .replace(/\s+/g, " ");
  return title ? title.slice(0, 120) : block.name;
}

function readCell(block: CifBlock, file: string): { parameters: CellParameters; sigmas: CellParameters | null } {
  const numbers = CELL_TAGS.map((tag) => {
    const value = itemOf(block, tag);
    if (!value) throw new ThioscopeError("NOT_COMPUTABLE", `data_${block.name} does not state ${tag}`);
    return requireNumber(value, tag, file);
  });
  const parameters = numbers.map((n) => n.value) as unknown as CellParameters;
  // no su on any: nothing is known; on some: the others are fixed by symmetry
  const sigmas = numbers.every((n) => n.sigma === null) ? null : (numbers.map((n) => n.sigma ?? 0) as unknown as CellParameters);
  return { parameters, sigmas };
}

function readSymmetry(block: CifBlock, file: string, parameters: CellParameters, notices: Notice[]): SpaceGroup {
  const listed = loopOf(block, ...OPERATION_TAGS);
  const number = itemOf(block, ...NUMBER_TAGS);
  const name = itemOf(block, ...NAME_TAGS);
  const hall = itemOf(block, ...HALL_TAGS);
  const values = listed ? columnOf(listed.loop, listed.column.get(OPERATION_TAGS.find((t) => listed.column.has(t))!)!) : [];
  if (values.length > 0 && !values.every(isMissing)) {
    if (values.length > 1536)
      throw new ThioscopeError("FILE_DAMAGED", `${values.length} symmetry operations: no space group has so many`, {
        file,
        line: values[0]!.line,
      });
    const operations = values.map((value) => {
      try {
        return parseOperation(value.text);
      } catch (error) {
        if (error instanceof ThioscopeError) throw new ThioscopeError("FILE_DAMAGED", error.message, { file, line: value.line });
        throw error;
      }
    });
    const group = spaceGroupOfOperations(operations);
    const distinct = new Set(operations.map((o) => `${o.rotation};${o.translation}`)).size;
    if (distinct !== group.operations.length) {
      const message = `the file lists ${distinct} symmetry operations; the group they generate has ${group.operations.length}, which were used`;
      notices.push({ code: "operations-completed", message });
    }
    if (number && group.number !== null && Number(number.text) !== group.number) {
      const message = `the file names space group ${number.text}, its operations are those of ${group.number} (${group.symbol}): the operations count`;
      notices.push({ code: "space-group-disagrees", message });
    }
    return group;
  }
  const named = [hall, name, number].find((v) => v !== undefined);
  if (!named) {
    notices.push({
      code: "symmetry-not-stated",
      message: "neither symmetry operations nor a space group are stated: every atom was taken as listed (P 1)",
    });
    return spaceGroup("P 1");
  }
  try {
    let group = named === hall ? spaceGroupOfHall(named.text) : spaceGroup(named.text);
    const bare = group.symbol?.replace(/:.$/, "");
    if (named === hall || bare === group.symbol || /:/.test(named.text)) return group;
    if (group.symbol?.endsWith(":H") && !isHexagonalCell(parameters)) group = spaceGroup(`${bare}:R`);
    const code = itemOf(block, "_space_group_it_coordinate_system_code")?.text;
    if (code !== undefined && /^[12HR]$/i.test(code)) return spaceGroup(`${bare}:${code}`);
    const what = group.symbol?.endsWith(":2") ? "which of two origins" : "which axes";
    notices.push({ code: "setting-assumed", message: `the file does not say ${what} ${named.text} refers to: ${group.symbol} was taken` });
    return group;
  } catch (error) {
    if (error instanceof ThioscopeError) throw new ThioscopeError("FILE_DAMAGED", error.message, { file, line: named.line });
    throw error;
  }
}

function columnOf(loop: CifLoop, j: number): CifValue[] {
  const column: CifValue[] = [];
  for (let i = j; i < loop.values.length; i += loop.tags.length) column.push(loop.values[i]!);
  return column;
}

const ANISO = ["11", "22", "33", "12", "13", "23"] as const;
const EIGHT_PI_SQUARED = 8 * Math.PI ** 2;
/** Occupancies are refined numbers: a little above 1 is noise. */
const MOST_OCCUPANCY = 1.1;

type SixNumbers = NonNullable<AtomSite["uAniso"]>;

function readSites(block: CifBlock, file: string, notices: Notice[]): { sites: AtomSite[] | null; stated: (number | null)[] } {
  const found = loopOf(block, "_atom_site_fract_x");
  if (!found) {
    const cartesian = loopOf(block, "_atom_site_cartn_x") ? " (Cartesian coordinates are not read)" : "";
    notices.push({ code: "no-atoms", message: `the file lists no fractional coordinates${cartesian}: intensities cannot be computed` });
    return { sites: null, stated: [] };
  }
  const { loop, column } = found;
  const tensors = readTensors(block, file);
  const sites: AtomSite[] = [];
  const stated: (number | null)[] = [];
  const skipped: string[] = [];
  for (let i = 0; i < loop.values.length; i += loop.tags.length) {
    const get = (tag: string): CifValue | undefined => {
      const j = column.get(tag);
      const value = j === undefined ? undefined : loop.values[i + j];
      return value && !isMissing(value) ? value : undefined;
    };
    const number = (tag: string): number | undefined => {
      const value = get(tag);
      return value && requireNumber(value, tag, file).value;
    };
    const symbol = get("_atom_site_type_symbol") ?? get("_atom_site_label");
    const label = (get("_atom_site_label") ?? symbol)?.text ?? `site ${sites.length + 1}`;
    const coordinates = ["x", "y", "z"].map((axis) => number(`_atom_site_fract_${axis}`));
    if (coordinates.includes(undefined) || get("_atom_site_calc_flag")?.text === "dum") {
      skipped.push(label);
      continue;
    }
    const [x = 0, y = 0, z = 0] = coordinates;
    if (Math.max(Math.abs(x), Math.abs(y), Math.abs(z)) > 1000) {
      throw new ThioscopeError("FILE_DAMAGED", `${label} lies at ${x} ${y} ${z}: fractional coordinates are near 0 to 1`, {
        file,
        line: loop.values[i]!.line,
      });
    }
    const occupancy = number("_atom_site_occupancy") ?? 1;
    if (!(occupancy >= 0 && occupancy <= MOST_OCCUPANCY)) {
      throw new ThioscopeError("FILE_DAMAGED", `${label} has occupancy ${occupancy}: allowed are 0 to ${MOST_OCCUPANCY}`, {
        file,
        line: loop.values[i]!.line,
      });
    }
    const b = number("_atom_site_b_iso_or_equiv");
    const uIso = number("_atom_site_u_iso_or_equiv") ?? (b === undefined ? null : b / EIGHT_PI_SQUARED);
    const { element, charge } = speciesOf(symbol?.text ?? "");
    const own = tensorIn(column, (j) => loop.values[i + j]!, file);
    sites.push({ label, element, charge, position: [x, y, z], occupancy, uIso, uAniso: own ?? tensors.get(label) ?? null });
    stated.push(number("_atom_site_symmetry_multiplicity") ?? number("_atom_site_site_symmetry_multiplicity") ?? null);
  }
  if (skipped.length > 0) {
    notices.push({
      code: "sites-skipped",
      message: `${skipped.slice(0, 8).join(", ")}${skipped.length > 8 ? ", …" : ""}: no coordinates, left out`,
    });
  }
  return { sites, stated };
}

/** U of one row; from B by 8π²; undefined where the columns are absent or a value is missing. */
function tensorIn(column: ReadonlyMap<string, number>, valueAt: (j: number) => CifValue, file: string): SixNumbers | undefined {
  for (const [letter, factor] of [
    ["u", 1],
    ["b", 1 / EIGHT_PI_SQUARED],
  ] as const) {
    const places = ANISO.map((ij) => column.get(`_atom_site_aniso_${letter}_${ij}`));
    if (places.includes(undefined)) continue;
    const values = places.map((j) => valueAt(j!));
    if (values.some(isMissing)) continue;
    return values.map((v, k) => requireNumber(v, `_atom_site_aniso_${letter}_${ANISO[k]}`, file).value * factor) as unknown as SixNumbers;
  }
  return undefined;
}

function readTensors(block: CifBlock, file: string): Map<string, SixNumbers> {
  const tensors = new Map<string, SixNumbers>();
  const found = loopOf(block, "_atom_site_aniso_label");
  if (!found) return tensors;
  const { loop, column } = found;
  const label = column.get("_atom_site_aniso_label")!;
  for (let i = 0; i < loop.values.length; i += loop.tags.length) {
    const tensor = tensorIn(column, (j) => loop.values[i + j]!, file);
    if (tensor) tensors.set(loop.values[i + label]!.text, tensor);
  }
  return tensors;
}

/**
 * Element and charge of "Na1+", "Na+1", "S2-", "O", "Fe1A", "D". Two letters are an element if there is one, so "Si1" is silicon and "S1" sulfur;
 * what is no element is kept as written, and the structure factor says so.
 */
export function speciesOf(symbol: string): { element: string; charge: number } {
  const letters = /^[A-Za-z]{1,3}/.exec(symbol.trim())?.[0] ?? "";
  const two = letters[0] === undefined ? "" : letters[0].toUpperCase() + (letters[1] ?? "").toLowerCase();
  const one = two.slice(0, 1);
  const element =
    one === "D" && !isElement(two) ? "H" : letters.length >= 2 && isElement(two) ? two : isElement(one) ? one : symbol.slice(0, 20);
  const sign = /^[A-Za-z]+(?:(\d*)([+-])|([+-])(\d+))$/.exec(symbol.trim());
  const size = sign ? Number(sign[1] || sign[4] || 1) : 0;
  return { element: two === "D" ? "H" : element, charge: size === 0 ? 0 : size * ((sign?.[2] ?? sign?.[3]) === "-" ? -1 : 1) };
}

function checkMultiplicities(
  sites: readonly AtomSite[],
  stated: readonly (number | null)[],
  computed: Int32Array,
  notices: Notice[],
): void {
  const wrong = sites.flatMap((site, i) =>
    stated[i] === null || stated[i] === computed[i] ? [] : [`${site.label} ${stated[i]} (${computed[i]})`],
  );
  if (wrong.length === 0) return;
  const message = `stated multiplicities differ from those that the operations give (in brackets): ${wrong.slice(0, 6).join(", ")}${wrong.length > 6 ? ", …" : ""}`;
  notices.push({ code: "multiplicity-disagrees", message });
}

/** The structure as a CIF of one block, which {@link readCif} reads back. Values keep their uncertainties. */
export function writeStructureCif(structure: Structure): string {
  const bare = (text: string): CifValue => ({ text, quoted: false, line: 0 });
  const quoted = (text: string): CifValue => ({ text: text.replace(/\s+/g, " "), quoted: true, line: 0 });
  const { cell, group, sites } = structure;
  const items = [
    ["_chemical_name_common", quoted(structure.name)],
    ...CELL_TAGS.map((tag, i) => [tag, bare(formatCifNumber(cell.parameters[i]!, cell.sigmas?.[i] ?? null))] as const),
    ...(group.symbol === null ? [] : [["_space_group_name_H-M_alt", quoted(group.symbol)] as const]),
    ...(group.number === null ? [] : [["_space_group_IT_number", bare(String(group.number))] as const]),
    ...(group.hall === null ? [] : [["_space_group_name_Hall", quoted(group.hall)] as const]),
  ] as const;
  const content: CifBlock["content"][number][] = items.map(([tag, value]) => ({ tag, value }));
  content.push({ tags: ["_space_group_symop_operation_xyz"], values: group.operations.map((op) => quoted(formatOperation(op))), line: 0 });
  if (sites) {
    const number = (x: number | null): CifValue => bare(x === null ? "?" : String(x));
    const charge = (q: number): string => (q === 0 ? "" : `${Math.abs(q)}${q > 0 ? "+" : "-"}`);
    const columns = ["label", "type_symbol", "fract_x", "fract_y", "fract_z", "occupancy", "U_iso_or_equiv"];
    content.push({
      tags: columns.map((c) => `_atom_site_${c}`),
      values: sites.flatMap((s) => [
        bare(s.label),
        bare(s.element + charge(s.charge)),
        ...s.position.map(number),
        number(s.occupancy),
        number(s.uIso),
      ]),
      line: 0,
    });
    const tensors = sites.filter((s) => s.uAniso !== null);
    if (tensors.length > 0) {
      content.push({
        tags: ["_atom_site_aniso_label", ...ANISO.map((ij) => `_atom_site_aniso_U_${ij}`)],
        values: tensors.flatMap((s) => [bare(s.label), ...s.uAniso!.map(number)]),
        line: 0,
      });
    }
  }
  return writeCif([{ name: structure.name.replace(/[^\w.-]+/g, "_").slice(0, 60) || "structure", content }]);
}
