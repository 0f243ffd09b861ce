/** The value at a path as `$.items[0].name`; undefined where nothing is there. */
export function valueAt(value: unknown, path: string): unknown {
  const parts = [...path.replace(/^\$/, '').matchAll(/\.?([A-Za-z0-9_-]+)|\[(\d+)\]|\["([^"]+)"\]/g)].map(([, name, index, quoted]) => name ?? quoted ?? Number(index))
  let at = value
  for (const part of parts) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined
    at = (at as Record<string | number, unknown>)[part]
  }
  return at
}
