/** True when arrays and objects nest deeper than `limit`. Walks without recursion: the input is hostile. */
export function isDeeperThan(value: unknown, limit: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    const containers = level.filter((item) => typeof item === 'object' && item !== null);
    if (containers.length === 0) return false;
    if (depth >= limit) return true;
    level = containers.flatMap((item) => Object.values(item as object));
  }
  return false;
}
