/** Names of a series without what all of them share: the ending of their files, and words before the first difference. */
export function shortNames(names: readonly string[]): string[] {
  const [first, ...others] = names;
  if (first === undefined || others.length === 0) return [...names];
  const ending = /\.[a-z]+$/i.exec(first)?.[0] ?? "";
  const bare = ending !== "" && others.every((name) => name.endsWith(ending)) ? names.map((name) => name.slice(0, -ending.length)) : names;
  let shared = 0;
  while (shared < bare[0]!.length && bare.every((name) => name[shared] === bare[0]![shared])) shared++;
  // whole words alone are left away
  const words = Math.max(bare[0]!.lastIndexOf("_", shared - 1), bare[0]!.lastIndexOf(" ", shared - 1)) + 1;
  return shared > 0 && bare.every((name) => name.length > words) ? bare.map((name) => name.slice(words)) : [...bare];
}
