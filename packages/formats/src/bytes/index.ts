// Bytes that readers read from, without any reader
export { type ByteSource, checkRange, sourceOfBytes } from "./source.ts";
