/** A quarter of a gigabyte and more is not unpacked where a file promises to grow beyond what measured content packs to. */
const FREE = 2 ** 28;
const MOST_FOLD = 200;

/** True for content that would take memory out of proportion to the file that packs it. */
export const isBomb = (size: number, packed: number): boolean => size > FREE && size > MOST_FOLD * packed;
