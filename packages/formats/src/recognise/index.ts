export { RAW_KINDS, type RawKind, type Recognition } from "./kinds.ts";
export { recognise } from "./recognise.ts";
