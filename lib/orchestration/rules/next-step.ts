import type { MachineStep, RunState } from './run-state.ts'

/** Who asks, and how much is at work around it. */
export interface Asking {
  regionId: string
  kinds: readonly string[]
  revoked: boolean
  parallel: number
  held: number
  mostAtWork: number
  atWork: number
}

/** Where a step is done and what it takes. */
export type Places = ReadonlyMap<string, { regionId: string | null; kind: string }>

/** Why an agent gets nothing more at all, or null where it may have a step. */
export function whyNoMore({ revoked, parallel, held, mostAtWork, atWork }: Asking): string | null {
  if (revoked) return 'it has been revoked'
  if (held >= parallel) return `it holds ${held} of the ${parallel} that it takes at a time`
  return atWork >= mostAtWork ? `${atWork} steps are at work in its region, and no more run there at once` : null
}

/** The first step in the plan's order that this agent may take now, or null. */
export function nextStep(state: RunState, places: Places, agent: Asking): MachineStep | null {
  if (state.status !== 'running' || whyNoMore(agent)) return null
  return (
    state.steps.find((step) => {
      const place = places.get(step.key)
      return step.status === 'ready' && step.center === null && (step.waitLeftMs ?? 0) <= 0 && place?.regionId === agent.regionId && agent.kinds.includes(place.kind)
    }) ?? null
  )
}
