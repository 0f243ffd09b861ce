const key = Symbol.for('knowngood')

/**
 * What a process holds once: pools, hub, bell, logger. Route handlers run in a second copy of every module,
 * made by the bundler, so module-level singletons would be two; this one is on `globalThis`.
 */
export function shared<T>(name: string, make: () => T): T {
  const holder = globalThis as { [key]?: Map<string, unknown> }
  const all = (holder[key] ??= new Map())
  if (!all.has(name)) all.set(name, make())
  return all.get(name) as T
}

/** Forgets one shared thing; for orderly shutdown and tests. */
export function forget(name: string): void {
  const holder = globalThis as { [key]?: Map<string, unknown> }
  holder[key]?.delete(name)
}
