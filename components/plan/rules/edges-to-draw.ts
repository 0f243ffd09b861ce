import type { StepRole } from '#lib/orchestration/model.ts'
import type { Drawn } from './lay-out-plan.ts'

export interface Edge {
  from: string
  to: string
  look: 'critical' | 'chosen' | 'quiet'
}

type Step = Drawn & { role: StepRole }

/** More lines than this are a mesh that nobody can read: then only the thick one and those of the chosen step are drawn. */
const mostQuiet = 60

/**
 * Which order is drawn as lines. Always the critical path; of a chosen step all its own; else only what is chosen
 * between lanes, for what only prepares and what only gathers is said in the list beside.
 */
export function edgesToDraw(steps: readonly Step[], critical: readonly string[], chosen: string | null): Edge[] {
  const byKey = new Map(steps.map((step) => [step.key, step]))
  const edges: Edge[] = []
  const quiet: Edge[] = []
  const thick = new Set(critical.slice(1).map((to, index) => `${critical[index] ?? ''} ${to}`))
  for (const to of steps) {
    for (const key of to.after) {
      const from = byKey.get(key)
      if (!from) continue
      if (chosen === from.key || chosen === to.key) edges.push({ from: key, to: to.key, look: 'chosen' })
      else if (thick.has(`${key} ${to.key}`)) edges.push({ from: key, to: to.key, look: 'critical' })
      else if (from.lane !== to.lane && !isPlain(from.role) && to.role !== 'barrier') quiet.push({ from: key, to: to.key, look: 'quiet' })
    }
  }
  return chosen === null && quiet.length <= mostQuiet ? [...quiet, ...edges] : edges
}

const isPlain = (role: StepRole): boolean => role === 'stage' || role === 'snapshot' || role === 'barrier'

/**
 * The chain that decides when it is over: as the forecast says; where it says nothing, back from the step that ends
 * last, each time to the one that ends last of those it waits for.
 */
export function criticalPath(steps: readonly Pick<Drawn, 'key' | 'after' | 'endMs'>[], said: readonly string[]): string[] {
  if (said.length > 0) return [...said]
  const byKey = new Map(steps.map((step) => [step.key, step]))
  const latest = (keys: readonly (Pick<Drawn, 'key' | 'after' | 'endMs'> | undefined)[]) => keys.reduce((last, step) => (step && (!last || step.endMs > last.endMs) ? step : last), undefined)
  const path: string[] = []
  for (let step = latest(steps); step && path.length <= steps.length; step = latest(step.after.map((key) => byKey.get(key)))) path.unshift(step.key)
  return path
}

/** What a step waits for and what waits for it, one link away. */
export function tiedTo(steps: readonly Pick<Drawn, 'key' | 'after'>[], key: string | null): ReadonlySet<string> {
  if (key === null) return new Set()
  return new Set(steps.flatMap((step) => (step.key === key ? [...step.after] : step.after.includes(key) ? [step.key] : [])))
}
