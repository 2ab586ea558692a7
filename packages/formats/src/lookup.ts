/**
 * The entry of a table under a word from a file. `TABLE[word]` would find what every object inherits: a column called "constructor" or "__proto__" is a
 * column, and nothing that a table knows.
 */
export function lookup<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
