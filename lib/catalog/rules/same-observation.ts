/** What is compared of an instance: its place among the others does not count, nor does a field that is left out. */
const canonical = (instances: unknown): string | null =>
  Array.isArray(instances) ? JSON.stringify(instances.map((one: Record<string, unknown>) => [one['id'], one['digest'] ?? null, one['version'] ?? null, one['state']]).sort((a, b) => String(a[0]).localeCompare(String(b[0])))) : null

/** Whether two looks at one target saw the same. Never having looked is not the same as seeing nothing. */
export const isSameObservation = (before: unknown, after: unknown): boolean => canonical(before) === canonical(after)
