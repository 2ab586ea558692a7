/**
 * What a BioLogic data module stores: column id → EC-Lab's own header and the type of the field.
 *
 * Headers are those of the text export and of the variable list in BioLogic's "EC-Lab and BT-Lab OLE COM"
 * manual. Types are those seen in files whose text export confirms them; where none was seen the type is
 * left out and the width of the field follows from the length of the record (layout.ts).
 *
 * The ids are the same in all versions of the module. Readers that take the ids of module versions 10 and 11
 * as big-endian find others (211 for 467, 326 for 70): there the number of columns is a 16-bit word and the
 * little-endian ids start one byte later.
 */
export type FieldType = "u8" | "u16" | "u32" | "f32" | "f64";

export const FIELD_WIDTH: Readonly<Record<FieldType, number>> = { u8: 1, u16: 2, u32: 4, f32: 4, f64: 8 };

/** All flags of a row share one byte, which stands where the first flag id stands. */
export const FLAGS: Readonly<Record<number, { header: string; mask: number; shift: number }>> = {
  /** 1 current controlled, 2 potential controlled, 3 open circuit */
  1: { header: "mode", mask: 0b0000_0011, shift: 0 },
  /** 1 oxidation, 0 reduction */
  2: { header: "ox/red", mask: 0b0000_0100, shift: 2 },
  3: { header: "error", mask: 0b0000_1000, shift: 3 },
  21: { header: "control changes", mask: 0b0001_0000, shift: 4 },
  31: { header: "Ns changes", mask: 0b0010_0000, shift: 5 },
  65: { header: "counter inc.", mask: 0b1000_0000, shift: 7 },
};

export interface StoredColumn {
  header: string;
  /** left out where no file has confirmed it */
  type?: FieldType;
}

const columns: Record<number, StoredColumn> = {};

const CONFIRMED: Readonly<Record<FieldType, Readonly<Record<number, string>>>> = {
  f64: {
    4: "time/s",
    7: "dq/mA.h",
    11: "<I>/mA",
    13: "(Q-Qo)/mA.h",
    23: "dQ/mA.h",
    24: "cycle number",
    74: "|Energy|/W.h",
    123: "Energy charge/W.h",
    124: "Energy discharge/W.h",
    125: "Capacitance charge/µF",
    126: "Capacitance discharge/µF",
    438: "step time/s",
    467: "Q charge/discharge/mA.h",
    880: "Energy we/W.h",
  },
  f32: {
    5: "control/V/mA",
    6: "Ewe/V",
    8: "I/mA",
    9: "Ece/V",
    16: "Analog IN 1/V",
    17: "Analog IN 2/V",
    19: "control/V",
    20: "control/mA",
    26: "Rapp/Ohm",
    27: "Ewe-Ece/V",
    32: "freq/Hz",
    33: "|Ewe|/V",
    34: "|I|/A",
    35: "Phase(Z)/deg",
    36: "|Z|/Ohm",
    37: "Re(Z)/Ohm",
    38: "-Im(Z)/Ohm",
    69: "R/Ohm",
    70: "P/W",
    75: "Analog OUT/V",
    76: "<I>/mA",
    77: "<Ewe>/V",
    78: "Cs-2/µF-2",
    96: "|Ece|/V",
    98: "Phase(Zce)/deg",
    99: "|Zce|/Ohm",
    100: "Re(Zce)/Ohm",
    101: "-Im(Zce)/Ohm",
    163: "|Estack|/V",
    168: "Rcmp/Ohm",
    169: "Cs/µF",
    172: "Cp/µF",
    173: "Cp-2/µF-2",
    174: "<Ewe>/V",
    422: "Phase(Zstack)/deg",
    423: "|Zstack|/Ohm",
    424: "Re(Zstack)/Ohm",
    425: "-Im(Zstack)/Ohm",
    426: "<Estack>/V",
    430: "Phase(Zwe-ce)/deg",
    431: "|Zwe-ce|/Ohm",
    432: "Re(Zwe-ce)/Ohm",
    433: "-Im(Zwe-ce)/Ohm",
    434: "(Q-Qo)/C",
    435: "dQ/C",
    441: "<Ece>/V",
    462: "Temperature/°C",
    471: "<Ece>/V",
    473: "THD Ewe/%",
    474: "THD I/%",
    475: "THD Ece/%",
    476: "NSD Ewe/%",
    477: "NSD I/%",
    478: "NSD Ece/%",
    479: "NSR Ewe/%",
    480: "NSR I/%",
    481: "NSR Ece/%",
    505: "Rdc/Ohm",
  },
  u32: { 468: "half cycle", 469: "z cycle" },
  u16: { 39: "I Range", 131: "Ns" },
  u8: { 509: "Acir/Dcir Control" },
};
for (const [type, headers] of Object.entries(CONFIRMED) as [FieldType, Record<number, string>][]) {
  for (const [id, header] of Object.entries(headers)) columns[Number(id)] = { header, type };
}

/** Families of columns: element k of a stack (1 to 30), harmonic k (2 to 7). */
for (let k = 1; k <= 30; k++) {
  columns[210 + k] = { header: `E${k}/V`, type: "f32" };
  columns[240 + k] = { header: `|E${k}|/V`, type: "f32" };
  columns[270 + k] = { header: `Phase(Z${k})/deg`, type: "f32" };
  columns[300 + k] = { header: `|Z${k}|/Ohm`, type: "f32" };
  columns[330 + k] = { header: `Re(Z${k})/Ohm`, type: "f32" };
  columns[360 + k] = { header: `-Im(Z${k})/Ohm`, type: "f32" };
  columns[390 + k] = { header: `<E${k}>/V`, type: "f32" };
}
for (let k = 2; k <= 7; k++) {
  columns[484 + k] = { header: `|Ewe h${k}|/V`, type: "f32" };
  columns[490 + k] = { header: `|I h${k}|/A`, type: "f32" };
  columns[496 + k] = { header: `|Ece h${k}|/V`, type: "f32" };
}

/** Named in the manual; the width was not seen in a file. */
const NAMED: Readonly<Record<number, string>> = {
  10: "Aux/V",
  12: "log(|<I>/A|)",
  14: "x",
  18: "Analog IN 3/V",
  22: "log(|I/A|)",
  25: "DQ/mA.h",
  28: "control/°C",
  29: "T/°C",
  30: "rotation rate/rpm",
  40: "Q charge/mA.h",
  41: "Q discharge/mA.h",
  44: "Q anodic/C",
  45: "Q cathodic/C",
  48: "Tech Num",
  50: "E0/V",
  66: "I forward/mA",
  67: "I reverse/mA",
  68: "I delta/µA",
  71: "control/°C",
  72: "T/°C",
  73: "rotation rate/rpm",
  79: "E step/V",
  80: "Rp/Ohm",
  81: "Ecorr/V",
  82: "Icorr/mA",
  97: "|Ice|/A",
  102: "Cce-2/µF-2",
  103: "Estack/V",
  104: "Istack/A",
  119: "Re(Y)/Ohm-1",
  120: "Im(Y)/Ohm-1",
  121: "|Y|/Ohm-1",
  122: "Phase(Y)/deg",
  132: "dI/dt/mA/s",
  164: "|Istack|/A",
  170: "sin ampl/V",
  171: "Conductivity/S.cm-1",
  175: "Efficiency/%",
  427: "<Istack>/mA",
  437: "cycle time/s",
  439: "charge time/s",
  440: "discharge time/s",
  442: "d(Q-Qo)/dE/mA.h/V",
  443: "Capacity/mA.h",
  451: "cycle number",
  463: "Ramp upwards",
  504: "Rac/Ohm",
  506: "TCU control/°C",
  507: "TCU meas./°C",
  508: "Regulation",
  511: "Re(C)/nF",
  512: "Im(C)/nF",
  513: "|C|/nF",
  514: "Phase(C)/deg",
  531: "Tan(Delta)",
  532: "Loss Angle(Delta)/deg",
};
for (const [id, header] of Object.entries(NAMED)) columns[Number(id)] = { header };

export const STORED_COLUMNS: Readonly<Record<number, StoredColumn>> = columns;
