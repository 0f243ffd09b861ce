import type { RunView } from '#lib/orchestration/view.ts'

/** Something that can be done next; `step` is the key of the step that it is done to. */
export interface WayOn {
  command: string
  step: string | null
  say: string
}

/** What the server says can be done next, the most useful first; empty where it says nothing of it. */
export function waysOnOf(run: RunView): WayOn[] {
  const ways = 'waysOn' in run ? run.waysOn : []
  return Array.isArray(ways) ? ways.filter(isWay) : []
}

const isWay = (value: unknown): value is WayOn => typeof value === 'object' && value !== null && 'command' in value && 'say' in value && typeof value.say === 'string'
