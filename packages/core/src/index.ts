// Errors and notices

// Texts in CSV
export { plainText, withoutMark } from "./csv.ts";
export { ERROR_TABLE, type ErrorCode, type ErrorPlace, type Notice, ThioscopeError } from "./errors.ts";
// Randomness and tasks
export { type Random, random } from "./random.ts";
// Words
export { nearest } from "./suggest.ts";
// Tables
export {
  asFloat64,
  type Column,
  cell,
  findColumn,
  getColumn,
  makeTable,
  type NumberArray,
  sliceRows,
  type Table,
  textColumn,
} from "./table.ts";
export { canonicalJson, checkCancelled, QUIET, type TaskContext, type TaskSpec } from "./task.ts";
// Units, quantities, propagation
export { CONSTANTS, wavelengthAngstrom } from "./units/constants.ts";
export {
  add,
  divide,
  fromQuantity,
  type Measured,
  measured,
  multiply,
  propagate,
  type Source,
  scale,
  sigmaOf,
  subtract,
  toQuantity,
} from "./units/measured.ts";
export {
  type Answer,
  formatQuantity,
  inUnit,
  isComputable,
  type NotComputable,
  parseQuantity,
  type Quantity,
  type QuantityArray,
  quantity,
} from "./units/quantity.ts";
export { conversionFactor, convert, type Dimension, isUnit, parseUnit, sameDimension, type Unit } from "./units/units.ts";
