/** Truth: the text exports that EC-Lab itself made of the same files. */
import { readCycling } from "@thioscope/formats";
import { expect, test } from "vitest";
import { dataFile, dataSource, describeData } from "../data.ts";
import { comparePair, PAIRS, splitMpt } from "./biologic-vendor.ts";

describeData("BioLogic .mpr beside the vendor's .mpt", () => {
  for (const [mpr, mpt] of PAIRS) {
    test(`${mpr} holds every column of ${mpt} to the printed digit`, async () => {
      const columns = await comparePair(mpr, mpt);
      const wrong = columns.filter((c) => c.outside > 0 || c.rows[0] !== c.rows[1]);
      expect(wrong).toEqual([]);
    });
  }
});

describeData("BioLogic .mpt", () => {
  const others = [
    "echem/Sample_data_biologic_no_header.mpt",
    "eis/exampleDataBioLogic.mpt",
    "eis/data.mpt",
    "eis/case-multiple-spectra.mpt",
  ];
  for (const path of [...PAIRS.map(([, mpt]) => mpt), ...others]) {
    test(`${path}: every number is the float64 nearest to the one printed`, async () => {
      const file = await readCycling(dataSource(path));
      const { header, rows } = splitMpt(dataFile(path));
      expect(file.rows).toBe(rows.length);
      let compared = 0;
      for (const [k, name] of header.entries()) {
        // the name of one column is lost in some code pages: µ and ° stand where the file has other signs
        const column = file.columns.find((c) => c.vendor?.name.replace(/[µ°]/g, "") === name.replace(/[^ -~]+/g, ""));
        if (!column?.vendor) {
          expect(file.notices.map((n) => n.code)).toContain("column-empty");
          continue;
        }
        for (const [i, row] of rows.entries()) {
          const printed = Number(row[k]!.replace(",", "."));
          // canonical units: one multiplication, rounded as float64 is
          if (column.values[i] !== printed * column.vendor.factor) expect(column.values[i], `${name}, row ${i}`).toBe(printed);
          compared++;
        }
      }
      if (rows.length > 0) expect(compared).toBeGreaterThanOrEqual(rows.length * (header.length - 2));
    });
  }

  test("a lost first name is told by what EC-Lab writes before the second", async () => {
    const file = await readCycling(dataSource("eis/exampleDataBioLogic_MissingFreq.mpt"));
    const whole = await readCycling(dataSource("eis/exampleDataBioLogic.mpt"));
    expect(file.notices.map((n) => n.code)).toContain("column-name-missing");
    expect(file.columns.map((c) => c.name)).toEqual(whole.columns.map((c) => c.name));
  });

  test("the header block says what the settings module says", async () => {
    for (const [mpr, mpt] of PAIRS) {
      const [binary, text] = [await readCycling(dataSource(mpr)), await readCycling(dataSource(mpt))];
      expect(text.technique).toBe(binary.technique);
      for (const key of ["start", "channel", "channelSerial", "deviceSerial", "softwareVersion", "electrolyte", "electrodeMaterial"]) {
        expect([key, text.meta[key]]).toEqual([key, binary.meta[key]]);
      }
      for (const key of [
        "activeMassMilligram",
        "electrodeAreaSquareCentimetre",
        "characteristicMassMilligram",
        "batteryCapacityMilliampereHour",
      ]) {
        // techniques without a battery print no battery
        const printed = text.meta[key];
        if (typeof printed === "number")
          expect(Math.abs(printed - Number(binary.meta[key]))).toBeLessThanOrEqual(0.0005 * Math.max(1, printed));
      }
    }
  });
});

describeData("BioLogic technique parameters", () => {
  // as the header blocks of the text exports print them
  const printed: [file: string, parameter: string, text: string][] = [
    ["echem/gcpl.issue_211.mpr", "Is", "0 mA | 137 µA | -137 µA"],
    ["echem/gcpl.issue_211.mpr", "t1", "0 s | 4200 s | 4200 s"],
    ["echem/gcpl.issue_211.mpr", "EM", "0 V | 0.5 V | -0.6 V"],
    ["echem/gcpl.issue_211.mpr", "nc cycles", "0 | 0 | 4"],
    ["echem/ca.mpr", "ti", "43200 s"],
    ["echem/ca.mpr", "Imax", "pass"],
    ["echem/cp.mpr", "Is", "-100 mA"],
    ["echem/cp.mpr", "dQM", "3.333 mAh"],
    ["echem/cv.mpr", "E2", "5.5 V"],
    ["echem/lsv.mpr", "EL", "-4 V"],
    ["echem/ocv.mpr", "tR", "36000 s"],
    ["eis/peis.mpr", "fi", "200 kHz"],
    ["eis/peis.issue_149.mpr", "ff", "100 Hz"],
    ["eis/geis.mpr", "Is", "0.38 mA"],
    ["eis/geis.mpr", "fi", "1 MHz"],
  ];
  test.each(printed)("%s: %s", async (path, parameter, text) => {
    const file = await readCycling(dataSource(path));
    expect(file.meta[`parameter ${parameter}`]).toBe(text);
  });
});

describeData("BioLogic .mpr without a text export", () => {
  // rows and first and last values are stated in the data's own README files
  const facts: [file: string, technique: string, rows: number][] = [
    ["echem/jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr", "GCPL", 46102],
    ["echem/GCPL-0.mpr", "GCPL", 4],
    ["echem/MB-0.mpr", "MB", 2],
    ["echem/MB-1.mpr", "GCPL", 13],
    ["echem/cv.issue_149.mpr", "CV", 5930],
    ["eis/CP_SSB.mpr", "CP", 30208],
    ["eis/PEIS_SSB.mpr", "PEIS", 89],
    ["eis/PEIS_LPSCl_IonBlocking_-25C.mpr", "PEIS", 79],
    ["eis/vsp_peis_with.mpr", "PEIS", 2240],
  ];
  for (const [path, technique, rows] of facts) {
    test(`${path} opens`, async () => {
      const file = await readCycling(dataSource(path));
      expect({ technique: file.technique, rows: file.rows }).toEqual({ technique, rows });
      expect(file.notices.filter((n) => n.code.startsWith("column-"))).toEqual([]);
      for (const column of file.columns) expect(column.values.length).toBe(rows);
    });
  }

  test("a wait holds no rows and says so", async () => {
    for (const path of ["echem/wait.mpr", "echem/wait.mpt"]) {
      const file = await readCycling(dataSource(path));
      expect(file.rows).toBe(0);
      expect(file.notices.map((n) => n.code)).toContain("no-rows");
    }
  });

  test("a solid-state cell's spectrum has the values its publisher states", async () => {
    const file = await readCycling(dataSource("eis/PEIS_SSB.mpr"));
    const column = (name: string): ArrayLike<number> => file.columns.find((c) => c.name === name)!.values;
    expect(column("real_impedance_ohm")[0]).toBeCloseTo(49.00869, 5);
    expect(column("real_impedance_ohm")[88]).toBeCloseTo(2416.7048, 4);
    expect(column("imaginary_impedance_ohm")[88]).toBeCloseTo(-454.96017, 5);
  });
});
