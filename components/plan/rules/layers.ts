/** A step as far as its order matters. */
export interface Ordered {
  key: string
  after: readonly string[]
}

/**
 * Steps by how many must have come before them: what happens first, then what can happen once that is done, and so on.
 * Within a layer the order is the plan's own. What waits for a step that is not there waits for nothing.
 */
export function layersOf<S extends Ordered>(steps: readonly S[]): S[][] {
  const byKey = new Map(steps.map((step) => [step.key, step]))
  const depth = new Map<string, number>()
  // By hand and not by recursion: a chain may be longer than a call stack.
  for (const start of steps) {
    const path = [start]
    const opened = new Set<string>()
    for (let step = path.at(-1); step; step = path.at(-1)) {
      if (!depth.has(step.key) && !opened.has(step.key)) {
        opened.add(step.key)
        path.push(...step.after.flatMap((key) => byKey.get(key) ?? []).filter((one) => !depth.has(one.key) && !opened.has(one.key)))
        continue
      }
      path.pop()
      if (!depth.has(step.key)) depth.set(step.key, step.after.reduce((most, key) => Math.max(most, (depth.get(key) ?? -1) + 1), 0))
    }
  }
  const layers: S[][] = []
  for (const step of steps) (layers[depth.get(step.key) ?? 0] ??= []).push(step)
  return layers.map((layer) => layer ?? [])
}
