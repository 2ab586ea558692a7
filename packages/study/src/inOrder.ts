/**
 * What `work` gives for every item, in the order of the items; up to `width` of them are under way at a time, so that a disk that is far away is waited for once and not for
 * each. Where some fail, the error is that of the first of them in the order, and no more are begun.
 */
export async function inOrder<T, R>(items: readonly T[], width: number, work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const found = new Array<R>(items.length);
  const failed: { index: number; error: unknown }[] = [];
  let next = 0;
  const take = async (): Promise<void> => {
    while (next < items.length && failed.length === 0) {
      const index = next++;
      try {
        found[index] = await work(items[index]!, index);
      } catch (error) {
        failed.push({ index, error });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, take));
  // all before it were begun, so that none of them can be missing here
  const first = failed.sort((a, b) => a.index - b.index)[0];
  if (first) throw first.error;
  return found;
}
