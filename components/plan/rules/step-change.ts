import { asYaml } from './as-yaml.ts'

type Fields = Record<string, unknown>

/** Of two steps, as JSON texts, only the fields that differ, each side as a person reads them; of one alone, what it executes. */
export function stepChange(before: string | null, after: string | null): [string | null, string | null] {
  const [old, now] = [before, after].map((text) => (text === null ? null : (JSON.parse(text) as Fields)))
  if (!old || !now) return [old ? executed(old) : null, now ? executed(now) : null]
  const other = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((name) => JSON.stringify(old[name]) !== JSON.stringify(now[name]))
  const side = (step: Fields): string => asYaml(Object.fromEntries(other.map((name) => [name, step[name]])))
  return [side(old), side(now)]
}

const executed = ({ kind, params }: Fields): string => asYaml({ kind, params })
