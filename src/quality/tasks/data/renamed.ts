/** Gives other data sets' field names the names used here; a field that is there already stays. */
export function renamed(names: Readonly<Record<string, string>>): (row: unknown) => unknown {
  return (row) => {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) return row;
    const result: Record<string, unknown> = { ...row };
    for (const [theirs, ours] of Object.entries(names)) {
      if (Object.hasOwn(result, theirs) && !Object.hasOwn(result, ours)) result[ours] = result[theirs];
    }
    return result;
  };
}
