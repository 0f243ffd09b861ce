import type { Source } from './source.ts'
import { isTest } from './source.ts'

/** Left may not know right. A room imports itself and rooms earlier in this list. */
export const rooms: readonly string[] = ['platform', 'catalog', 'governance', 'releases', 'regions', 'state', 'integrity', 'validation', 'triggers', 'orchestration', 'incidents', 'communications']

const roomOf = (path: string): string | null => {
  const name = /^lib\/([^/]+)\//.exec(path)?.[1]
  return name && rooms.includes(name) ? name : null
}

const product = (sources: readonly Source[]): Source[] => sources.filter(({ path }) => !isTest(path))

/** Rooms only look left, in types too: what a room knows by type it knows. */
export const lookingRight = (sources: readonly Source[]): string[] =>
  product(sources).flatMap(({ path, imports }) =>
    imports.flatMap(({ file, line }) => {
      const [from, to] = [roomOf(path), file ? roomOf(file) : null]
      if (!from || !to || rooms.indexOf(to) <= rooms.indexOf(from)) return []
      return [`${path}:${line}: ${from} may not know ${to} (${file ?? ''})`]
    }),
  )

const open = /^lib\/[^/]+\/(model|view)\.ts$|^lib\/[^/]+\/(rules|queries|commands)\/[^/]+\.ts$/

/** Of another room only model, view, rules, queries and commands are open; the platform is there to be used. */
export const throughTheWall = (sources: readonly Source[]): string[] =>
  product(sources).flatMap(({ path, imports }) =>
    imports.flatMap(({ file, line }) => {
      const [from, to] = [roomOf(path), file ? roomOf(file) : null]
      if (!from || !to || !file || from === to || to === 'platform' || open.test(file)) return []
      return [`${path}:${line}: ${file} is private to ${to}; use its model, rules, queries or commands`]
    }),
  )

/** The rooms know nothing of who uses them. */
export const knowingUsers = (sources: readonly Source[]): string[] =>
  product(sources).flatMap(({ path, imports }) =>
    roomOf(path)
      ? imports.flatMap(({ file, line }) => (file && /^(app|components|agent|cli|demo|scripts|tests)\/|^lib\/wiring\.ts$|^server\.ts$/.test(file) ? [`${path}:${line}: a room may not import ${file}`] : []))
      : [],
  )

/** Packages that compute and do nothing else. */
const purePackages = new Set(['zod', 'semver', 'canonicalize', 'yaml', '@marcbachmann/cel-js', 'node:crypto'])

/** Rules know models, views and other rules, packages that only compute, and of the platform who may what and its types. */
export const impureRules = (sources: readonly Source[]): string[] =>
  product(sources)
    .filter(({ path }) => /^lib\/[^/]+\/rules\//.test(path))
    .flatMap(({ path, imports }) =>
      imports.flatMap(({ file, specifier, line, typeOnly }) => {
        const fine = file ? /^lib\/[^/]+\/((model|view)\.ts$|rules\/)/.test(file) || file === 'lib/platform/may.ts' || (typeOnly && file.startsWith('lib/platform/')) : purePackages.has(specifier)
        return fine ? [] : [`${path}:${line}: a rule may not import ${specifier}`]
      }),
    )

/** Programs outside speak HTTP to the API and nothing else. */
export const outsidersInside = (sources: readonly Source[], excused: Readonly<Record<string, string>> = {}): string[] =>
  product(sources)
    .filter(({ path }) => !(path in excused))
    .flatMap(({ path, imports }) =>
      imports.flatMap(({ file, line }) => {
        const house = /^(agent|cli)\//.exec(path)?.[1]
        if (!house || !file || file.startsWith(`${house}/`)) return []
        return [`${path}:${line}: ${house} may not import ${file}`]
      }),
    )

/** The product and its agent know nothing of the company that is only there to be watched. */
export const namingTheDemo = (sources: readonly Source[]): string[] =>
  product(sources)
    .filter(({ path }) => /^(lib|agent)\//.test(path))
    .flatMap(({ path, text, imports }) => [
      ...imports.flatMap(({ file, line }) => (file?.startsWith('demo/') ? [`${path}:${line}: imports ${file}`] : [])),
      ...text.split('\n').flatMap((line, at) => (/\bdemo\b|\bharbor\b/i.test(line) ? [`${path}:${at + 1}: mentions the demo`] : [])),
    ])

/** Circles of imports that are still there once compiled, each once, from its first file. */
export function circles(sources: readonly Source[]): string[] {
  const known = new Set(sources.map(({ path }) => path))
  const next = new Map(sources.map(({ path, imports }) => [path, [...new Set(imports.flatMap(({ file, typeOnly }) => (file && !typeOnly && known.has(file) ? [file] : [])))]]))
  const done = new Set<string>()
  const found = new Map<string, string>()
  const visit = (path: string, trail: string[]): void => {
    const at = trail.indexOf(path)
    if (at >= 0) {
      const circle = trail.slice(at)
      found.set([...circle].sort().join('|'), [...circle, path].join(' → '))
      return
    }
    if (done.has(path)) return
    for (const to of next.get(path) ?? []) visit(to, [...trail, path])
    done.add(path)
  }
  for (const path of [...known].sort()) visit(path, [])
  return [...found.values()]
}
