/** Files as their programs write them: the shapes follow pymatgen's as_dict and VASP's own file. */

import { ThioscopeError } from "@thioscope/core";
import { expect, test } from "vitest";
import { sourceOfBytes } from "../bytes/source.ts";
import { readEnergies } from "./index.ts";

const read = (name: string, text: string) => readEnergies(sourceOfBytes(name, new TextEncoder().encode(text)));

test("pymatgen entries: correction and adjustments are added, structures give volumes, Python's NaN is no number", async () => {
  const entries = [
    { "@class": "ComputedEntry", energy: -10, correction: -1.3, composition: { Na: 4, S: 2 }, data: { gap: "x" } },
    {
      energy: -8,
      energy_adjustments: [{ value: -0.5 }, { value: 0.1 }],
      composition: { "S0+": 2 },
      structure: { lattice: { volume: 51.5 } },
    },
    { composition: { Na: 1 }, energy: -1.3 },
    { composition: { Na: 1 } },
  ];
  const file = await read("e.json", JSON.stringify(entries).replace('"x"', "NaN"));
  expect(file.kind).toBe("total");
  expect(file.phases).toEqual([
    { formula: "Na4S2", energy: -11.3, correction: -1.3 },
    { formula: "S2", energy: -8.4, correction: -0.4, volume: 51.5 },
    { formula: "Na1", energy: -1.3 },
  ]);
  expect(file.notices.map((n) => n.code)).toEqual(["entry-skipped"]);
});

test("summaries with formation energies put the elements at zero", async () => {
  const summary = { data: [{ formula_pretty: "Na2S", formation_energy_per_atom: -1.2, volume: 140, nsites: 6 }] };
  const file = await read("mp.json", JSON.stringify(summary));
  expect(file.kind).toBe("formation");
  expect(file.phases.map((p) => [p.formula, p.energy])).toEqual([
    ["Na", 0],
    ["S", 0],
    ["Na2S", expect.closeTo(-3.6, 12)],
  ]);
  expect(file.phases[2]!.volume).toBeCloseTo(70, 12);
});

test("tables: per atom or per formula, with volumes; lines that hold nothing are told", async () => {
  const file = await read("e.csv", "formula,energy_per_atom,volume_per_atom\nNa2S,-3.3,23.3\nNa,-1.1,\n?,1\nS,-4,");
  expect(file.phases).toEqual([
    { formula: "Na2S", energy: expect.closeTo(-9.9, 12), volume: expect.closeTo(69.9, 12) },
    { formula: "Na", energy: -1.1 },
    { formula: "S", energy: -4 },
  ]);
  expect(file.notices[0]!.code).toBe("line-skipped");
  expect((await read("f.csv", "formula;formation_enthalpy_eV_per_atom\nNa2S;-1.2")).kind).toBe("formation");
});

const step = (free: number, zero: number, volume: number, sc: number): string =>
  `<calculation>${"<scstep><energy><i name='e_fr_energy'> -20.0 </i><i name='e_wo_entrp'> -19.8 </i><i name='e_0_energy'> -19.9 </i></energy></scstep>".repeat(sc)}
<structure><crystal><i name="volume"> ${volume} </i></crystal></structure><energy><i name="e_fr_energy"> ${free} </i><i name="e_0_energy"> ${zero} </i></energy></calculation>`;
const run = (body: string): string => `<?xml version="1.0"?>
<modeling><parameters><separator name="electronic"><i type="int" name="NELM">3</i></separator></parameters>
<atominfo><array name="atoms"><set><rc><c>Na</c><c>1</c></rc><rc><c>Na</c><c>1</c></rc><rc><c>S </c><c>2</c></rc></set></array>
<array name="atomtypes"><set><rc><c>2</c><c>Na</c></rc></set></array></atominfo>${body}`;

test("vasprun.xml: the last step, its volume, E0 by its last electronic step; a loop that ran out and a cut file are told", async () => {
  const whole = await read("vasprun.xml", `${run(step(-19, -18, 70, 2) + step(-20.5, -20.5, 71, 3))}</modeling>`);
  expect(whole.phases).toEqual([{ formula: "Na2S1", energy: expect.closeTo(-20.4, 12), volume: 71 }]);
  expect(whole.notices.map((n) => n.code)).toEqual(["not-converged"]);
  const cut = await read("vasprun.xml", `${run(step(-19, -18, 70, 2))}<calculation><scstep>`);
  expect(cut.phases[0]!.energy).toBeCloseTo(-18.9, 12);
  expect(cut.notices.map((n) => n.code)).toEqual(["calculation-cut"]);
});

test.each([
  ["", "FILE_EMPTY"],
  ["{", "FILE_DAMAGED"],
  ["[]", "FILE_FOREIGN"],
  ["a,b\n1,2", "FILE_FOREIGN"],
  ["formula,energy\n?,1", "FILE_EMPTY"],
  ["<html></html>", "FILE_FOREIGN"],
  ["<modeling><calculation>", "FILE_CUT"],
  ["<modeling></modeling>", "FILE_FOREIGN"],
])("%j is refused with %s", async (text, code) => {
  await expect(read("x", text)).rejects.toMatchObject({ code });
});

test("cut and overwritten files end in an answer or in an error with a code", async () => {
  const files = [
    '[{"composition":{"Na":2,"S":1},"energy":-10},{"formula":"Na","energy_per_atom":-1.3}]',
    "formula,energy_per_atom\nNa,-1.3\nS,-4.1\n",
    `${run(step(-19, -18, 70, 2))}</modeling>`,
  ];
  let refused = 0;
  for (const text of files) {
    for (let n = 1; n < text.length; n += 7) {
      for (const bad of [text.slice(0, n), `${text.slice(0, n)}\u0000<[{${text.slice(n + 3)}`]) {
        await read("x", bad).catch((error: unknown) => {
          expect(error).toBeInstanceOf(ThioscopeError);
          refused++;
        });
      }
    }
  }
  expect(refused).toBeGreaterThan(50);
});
