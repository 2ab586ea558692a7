/** CIF grammar, numbers and structures, on texts written here; hostile texts end in coded errors. Expected values follow from the texts. */
import { type ErrorCode, ThioscopeError } from "@thioscope/core";
import { phaseStructure } from "@thioscope/core/crystal";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatCifNumber, parseCifNumber } from "./number.ts";
import { isLoop, parseCif, writeCif } from "./parse.ts";
import { readCif, readCifStructures, speciesOf, writeStructureCif } from "./structure.ts";

function errorOf(f: () => unknown): ThioscopeError {
  try {
    f();
  } catch (error) {
    if (error instanceof ThioscopeError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

const CUBE = `data_x
_cell_length_a 4.1569(3)
_cell_length_b 4.1569(3)
_cell_length_c 4.1569(3)
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_space_group_name_H-M_alt 'P m -3 m'
`;
const ATOMS = `loop_
_atom_site_label
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_B_iso_or_equiv
La1 0 0 0 0.3
B1 0.1985(4) 0.5 0.5 ?
`;

describe("grammar", () => {
  test("bare, quoted and text values, comments, loops, blocks, all line ends", () => {
    const text = `# head\r\ndata_One # a comment\r_a 1.5(2)\n_b 'it's here'\n_c "say #1"\n_d\n;first\nsecond\n;\nloop_ _e _f\n 1 'x y' # note\n ? .\ndata_two\n_a.b '?'`;
    const [one, two] = parseCif(text, "t.cif");
    expect([one!.name, two!.name]).toEqual(["One", "two"]);
    const items = one!.content.flatMap((part) => (isLoop(part) ? [] : [[part.tag, part.value.text, part.value.line]]));
    expect(items).toEqual([
      ["_a", "1.5(2)", 3],
      ["_b", "it's here", 4],
      ["_c", "say #1", 5],
      ["_d", "first\nsecond", 7],
    ]);
    const loop = one!.content.find(isLoop)!;
    expect(loop.values.map((v) => [v.text, v.quoted, v.line])).toEqual([
      ["1", false, 11],
      ["x y", true, 11],
      ["?", false, 12],
      [".", false, 12],
    ]);
    expect(two!.content[0]).toMatchObject({ tag: "_a.b", value: { text: "?", quoted: true } });
  });

  test("what is written is what was read", () => {
    const values = [
      "plain",
      "two words",
      "it's",
      "both ' and \" here",
      "_tag",
      "data_x",
      "loop_",
      "#no",
      "a\nb",
      "",
      "?",
      ".",
      "$x",
      "[1]",
      "é",
    ];
    const blocks = [
      {
        name: "w",
        content: [
          ...values.map((text, i) => ({ tag: `_t${i}`, value: { text, quoted: true, line: 0 } })),
          { tags: ["_u", "_v"], line: 0, values: [...values, "end"].map((text) => ({ text, quoted: true, line: 0 })) },
        ],
      },
    ];
    const [again] = parseCif(writeCif(blocks), "w.cif");
    expect(again!.content.flatMap((part) => (isLoop(part) ? [] : [part.value.text]))).toEqual(values);
    expect(again!.content.find(isLoop)!.values.map((v) => v.text)).toEqual([...values, "end"]);
  });

  test.each<[string, string, ErrorCode, number | undefined]>([
    ["nothing", " \n ", "FILE_EMPTY", undefined],
    ["no block", "_a 1", "FILE_FOREIGN", 1],
    ["prose", "Dear editor,\nplease", "FILE_FOREIGN", 1],
    ["open quote", "data_a\n_b 'no end\n_c 1", "FILE_DAMAGED", 2],
    ["open text field", "data_a\n_b\n;text\nmore", "FILE_DAMAGED", 3],
    ["tag without value", "data_a\n_b\n_c 1", "FILE_DAMAGED", 2],
    ["value without tag", "data_a\n_b 1 2", "FILE_DAMAGED", 2],
    ["incomplete loop", "data_a\nloop_\n_a _b\n1 2\n3\n", "FILE_DAMAGED", 5],
    ["loop without tags", "data_a\nloop_\n1 2", "FILE_DAMAGED", 2],
    ["dictionary", "data_a\nsave_b\n_c 1", "FILE_DAMAGED", 2],
  ])("%s is refused with its line", (_, text, code, line) => {
    const error = errorOf(() => parseCif(text, "bad.cif"));
    expect([error.code, error.place.line, error.place.file]).toEqual([code, line, "bad.cif"]);
  });

  test("a repeated tag is noticed", () => {
    expect(parseCif("data_a\n_b 1\n_B 2", "t")[0]!.notices).toMatchObject([{ code: "tag-repeated" }]);
  });
});

describe("numbers", () => {
  test.each([
    ["4.1569(3)", 4.1569, 0.0003],
    ["-12(2)", -12, 2],
    ["1.50(12)e-3", 1.5e-3, 1.2e-4],
    ["1.50E-3(12)", 1.5e-3, 1.2e-4],
    [".5", 0.5, null],
    ["+3.", 3, null],
    ["0.10(10)", 0.1, 0.1],
  ])("%s is %d ± %s", (text, value, sigma) => {
    const number = parseCifNumber(text)!;
    expect(number.value).toBeCloseTo(value, 12);
    if (sigma === null) expect(number.sigma).toBeNull();
    else expect(number.sigma).toBeCloseTo(sigma, 12);
  });

  test.each(["", "a", "1.2.3", "1(2", "(3)", "1e9999", "0x10", "1 2", "?", "1".repeat(100)])("%j is none", (text) =>
    expect(parseCifNumber(text)).toBeUndefined(),
  );

  test("written numbers keep value and error", () => {
    expect([formatCifNumber(4.156826, 4e-5), formatCifNumber(0.31, 0.0012), formatCifNumber(90, null), formatCifNumber(1234, 20)]).toEqual([
      "4.15683(4)",
      "0.3100(12)",
      "90",
      "1234(20)",
    ]);
  });

  test.each([
    ["Na1+", "Na", 1],
    ["S2-", "S", -2],
    ["O-2", "O", -2],
    ["Fe", "Fe", 0],
    ["CA2", "Ca", 0],
    ["S1", "S", 0],
    ["D", "H", 0],
    ["Li1A", "Li", 0],
    ["Wat", "W", 0],
    ["Qq1", "Qq1", 0],
  ])("%s is %s with charge %d", (symbol, element, charge) => expect(speciesOf(symbol)).toEqual({ element, charge }));
});

describe("structures", () => {
  test("cell with errors, symmetry by name, B as U, elements from labels", () => {
    const s = readCif(CUBE + ATOMS, "lab6.cif");
    expect([s.cell.parameters[0], s.cell.sigmas?.[0], s.group.number]).toEqual([4.1569, 3e-4, 221]);
    expect(s.sites!.map((x) => [x.element, x.position[0], x.uIso])).toEqual([
      ["La", 0, 0.3 / (8 * Math.PI ** 2)],
      ["B", 0.1985, null],
    ]);
    expect(s.source).toBe("lab6.cif, data_x");
  });

  test("operations count before names; what contradicts or is left open is noticed", () => {
    const with_ = (extra: string): string[] => readCif(CUBE.replace(/_space_group_name.*\n/, "") + extra, "t").notices.map((n) => n.code);
    expect(with_("")).toEqual(["symmetry-not-stated", "no-atoms"]);
    expect(with_("_symmetry_equiv_pos_as_xyz '-x,-y,-z'\n_space_group_IT_number 1\n")).toEqual([
      "operations-completed",
      "space-group-disagrees",
      "no-atoms",
    ]);
    expect(with_("_symmetry_space_group_name_H-M 'F d -3 m'\n")).toEqual(["setting-assumed", "no-atoms"]);
    expect(with_("_symmetry_space_group_name_H-M 'F d -3 m :1'\n")).toEqual(["no-atoms"]);
    expect(with_("_symmetry_space_group_name_H-M 'F d -3 m'\n_space_group_IT_coordinate_system_code 1\n")).toEqual(["no-atoms"]);
    expect(
      readCif(CUBE + ATOMS.replace("_atom_site_B_iso_or_equiv", "_atom_site_symmetry_multiplicity").replace("0.3\n", "2\n"), "t").notices,
    ).toMatchObject([{ code: "multiplicity-disagrees", message: expect.stringContaining("La1 2 (1)") }]);
  });

  test("a rhombohedral name takes the axes of its cell", () => {
    const at = (a: number, c: number, alpha: number, gamma: number): string =>
      `data_r\n_cell_length_a ${a}\n_cell_length_b ${a}\n_cell_length_c ${c}\n_cell_angle_alpha ${alpha}\n_cell_angle_beta ${alpha}\n_cell_angle_gamma ${gamma}\n_symmetry_space_group_name_H-M 'R -3 m'\n`;
    expect(readCif(at(4, 10, 90, 120), "t").group.symbol).toBe("R -3 m:H");
    expect(readCif(at(4, 4, 70, 70), "t").group.symbol).toBe("R -3 m:R");
  });

  test("anisotropic tensors, in their own loop or with the sites", () => {
    const own = `${CUBE}${ATOMS}loop_\n_atom_site_aniso_label\n_atom_site_aniso_U_11\n_atom_site_aniso_U_22\n_atom_site_aniso_U_33\n_atom_site_aniso_U_12\n_atom_site_aniso_U_13\n_atom_site_aniso_U_23\nB1 0.005(1) 0.004 0.004 0 0 0\n`;
    expect(readCif(own, "t").sites![1]!.uAniso).toEqual([0.005, 0.004, 0.004, 0, 0, 0]);
    expect(readCif(own, "t").sites![0]!.uAniso).toBeNull();
  });

  test("several blocks: the first with a cell, or the one asked for", () => {
    const text = `data_paper\n_a 1\n${CUBE}${CUBE.replace("data_x", "data_y").replaceAll("4.1569(3)", "5")}`;
    const s = readCif(text, "t.cif");
    expect([s.name, s.notices.map((n) => n.code)]).toEqual(["x", ["no-atoms", "several-structures"]]);
    expect(readCif(text, "t.cif", "Y").cell.parameters[0]).toBe(5);
    expect(readCifStructures(text, "t.cif").map((x) => x.name)).toEqual(["x", "y"]);
    expect(errorOf(() => readCif(text, "t.cif", "z")).message).toContain("paper, x, y");
  });

  test.each<[string, string, ErrorCode]>([
    ["no cell", "data_a\n_b 1", "NOT_COMPUTABLE"],
    ["a part of a cell", "data_a\n_cell_length_a 5", "NOT_COMPUTABLE"],
    ["a cell of words", CUBE.replace("_cell_angle_beta 90", "_cell_angle_beta right"), "FILE_DAMAGED"],
    ["a cell that its group forbids", CUBE.replace("_cell_length_c 4.1569(3)", "_cell_length_c 5"), "FILE_DAMAGED"],
    ["no such group", CUBE.replace("P m -3 m", "P q -3 m"), "FILE_DAMAGED"],
    ["no operation", `${CUBE}_symmetry_equiv_pos_as_xyz 'x,y'\n`, "FILE_DAMAGED"],
    ["operations without end", `${CUBE}loop_\n_symmetry_equiv_pos_as_xyz\n'x+1/24,y,z'\n'x,y+1/24,z'\n'x,y,z+1/24'\n`, "INVALID_INPUT"],
    ["a coordinate of words", CUBE + ATOMS.replace("0.1985(4)", "here"), "FILE_DAMAGED"],
    ["a far coordinate", CUBE + ATOMS.replace("0.1985(4)", "1e9"), "FILE_DAMAGED"],
    ["an occupancy of 7", CUBE + ATOMS.replace("B_iso_or_equiv", "occupancy").replace("0.3", "7"), "FILE_DAMAGED"],
    ["a length of -4", CUBE.replaceAll("4.1569(3)", "-4"), "INVALID_INPUT"],
  ])("%s is refused", (_, text, code) => {
    const error = errorOf(() => readCif(text, "bad.cif"));
    expect([error.code, error.place.file]).toEqual([code, "bad.cif"]);
  });

  test("any text is read or refused with a code", () => {
    const pieces = fc.constantFrom(
      "data_x\n",
      "loop_\n",
      "_cell_length_a ",
      "_atom_site_fract_x\n",
      "_symmetry_equiv_pos_as_xyz\n",
      "'x,y,z'\n",
      "4.5(2)\n",
      ";",
      "\n",
      "'",
      "?",
      "save_",
      CUBE,
      ATOMS,
      "90 ",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 200 }),
          fc.array(pieces, { maxLength: 25 }).map((p) => p.join("")),
          fc.nat(CUBE.length + ATOMS.length).map((n) => (CUBE + ATOMS).slice(0, n)),
        ),
        (text) => {
          try {
            readCif(text, "any.cif");
          } catch (error) {
            if (!(error instanceof ThioscopeError)) throw error;
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  test("a structure written and read back is the same", () => {
    for (const name of ["LaB6", "Na3PS4", "S8", "Li6PS5Cl", "TaCl5"]) {
      const structure = phaseStructure(name);
      const again = readCif(writeStructureCif(structure), "again.cif");
      expect(again.cell.parameters).toEqual(
        structure.cell.parameters.map((x, i) => (structure.cell.sigmas?.[i] ? again.cell.parameters[i] : x)),
      );
      expect(again.cell.parameters[0]).toBeCloseTo(structure.cell.parameters[0], 4);
      expect(again.group.symbol).toBe(structure.group.symbol);
      expect(again.sites).toEqual(structure.sites);
    }
  });
});
