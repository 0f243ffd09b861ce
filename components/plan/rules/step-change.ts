import { asYaml } from './as-yaml.ts'

/** Of two steps, as JSON texts, only the fields that differ, each side as a person reads them. */
export function stepChange(before: string, after: string): [string, string] {
  const [old, now] = [JSON.parse(before), JSON.parse(after)] as [Record<string, unknown>, Record<string, unknown>]
  const other = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((name) => JSON.stringify(old[name]) !== JSON.stringify(now[name]))
  const side = (step: Record<string, unknown>): string => asYaml(Object.fromEntries(other.map((name) => [name, step[name]])))
  return [side(old), side(now)]
}
