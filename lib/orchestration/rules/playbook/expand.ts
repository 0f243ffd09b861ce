import { evaluateCondition } from './condition.ts'
import type { Playbook, PlaybookStep } from './document.ts'
import { factsOf } from './kinds.ts'
import { partsOf } from './references.ts'
import type { Value, Values } from './resolve.ts'
import type { PlaybookSituation } from './situation.ts'

export interface PlaceOf {
  region: string | null
  service: string | null
}

/** One step at one place. What its condition leaves out is still here: what waits for it waits for what it would have waited for. */
export interface Instance extends PlaceOf {
  step: PlaybookStep
  key: string
  values: Values
  in: boolean
}

export interface LeftOut {
  step: string
  region: string | null
  because: string
}

/** The moves as places, in the order in which they are made. */
export type Places = readonly { service: string; region: string }[]

/** Every step at every place where it is done, with its condition decided. */
export function expandSteps(playbook: Playbook, params: Record<string, string | number | boolean>, situation: PlaybookSituation, places: Places): { instances: Instance[]; leftOut: LeftOut[]; problems: string[] } {
  const instances: Instance[] = []
  const leftOut: LeftOut[] = []
  const problems: string[] = []
  const types = Object.fromEntries(Object.entries(playbook.params).map(([name, { type }]) => [name, type]))
  for (const step of playbook.steps) {
    const found = placesOf(step, situation, places)
    if (found.length === 0) leftOut.push({ step: step.id, region: null, because: 'nothing moves, so there is no place for it' })
    for (const place of found) {
      const here = { ...situation, region: place.region ?? situation.region }
      const at = { region: place.region ?? '', service: place.service ?? '' }
      const values = valuesOf(params, here, at)
      const where = step.region === undefined ? place : { ...place, region: textOf(step.region, values) }
      const answer = step.if === undefined ? { holds: true } : evaluateCondition(step.if, { params: types, step: step.each !== 'once' }, { params, situation: { ...here }, ...(step.each === 'once' ? {} : { step: at }) })
      if ('because' in answer) problems.push(`${step.id}: its condition cannot be decided: ${answer.because}`)
      else if (!answer.holds) leftOut.push({ step: step.id, region: step.each === 'once' ? null : place.region, because: `\`${step.if ?? ''}\` is false${step.each === 'once' ? '' : ' here'}` })
      instances.push({ step, ...where, key: keyOf(step, place), values: valuesOf(params, here, { region: where.region ?? '', service: place.service ?? '' }), in: !('because' in answer) && answer.holds })
    }
  }
  return { instances, leftOut, problems }
}

function placesOf(step: PlaybookStep, { regions }: PlaybookSituation, places: Places): PlaceOf[] {
  const moving = [...new Set(places.map((place) => place.region))]
  const ordered = moving.length > 0 ? moving : regions
  if (step.each === 'target') return places.map(({ service, region }) => ({ service, region }))
  if (step.each === 'region') return ordered.map((region) => ({ region, service: null }))
  return [{ region: factsOf(step.kind).by === 'agent' ? (ordered[0] ?? null) : null, service: null }]
}

const keyOf = ({ id, each }: PlaybookStep, { region, service }: PlaceOf): string => ['playbook', id, ...(each === 'target' ? [service] : []), ...(each === 'once' ? [] : [region])].join(':')

function valuesOf(params: Record<string, Value>, situation: PlaybookSituation, step: Record<string, string>): Values {
  const named = (owner: string, of: object): [string, Value][] => Object.entries(of).map(([name, value]) => [`${owner}.${name}`, value as Value])
  return new Map([...named('params', params), ...named('situation', situation), ...named('step', step)])
}

const textOf = (text: string, values: Values): string => partsOf(text).map((part) => (typeof part === 'string' ? part : String(values.get(part.path) ?? ''))).join('')

/** What comes right before each instance, as instances: the step before it, or those it names; at its own place where both are done at places of the same sort. */
export function beforeOf(instances: readonly Instance[], steps: readonly PlaybookStep[]): (instance: Instance) => Instance[] {
  const byStep = new Map(steps.map((step) => [step.id, instances.filter((one) => one.step.id === step.id)]))
  const named = new Map(steps.map((step, at) => [step.id, step.after ?? steps.slice(Math.max(0, at - 1), at).map((one) => one.id)]))
  const right = (instance: Instance): Instance[] =>
    (named.get(instance.step.id) ?? []).flatMap((id) => {
      const all = byStep.get(id) ?? []
      const paired = instance.step.each !== 'once' && all[0]?.step.each === instance.step.each
      return paired ? all.filter((one) => one.region === instance.region && one.service === instance.service) : all
    })
  const known = new Map<Instance, Instance[]>()
  const through = (instance: Instance): Instance[] => {
    const found = known.get(instance) ?? [...new Set(right(instance).flatMap((one) => (one.in ? [one] : through(one))))]
    known.set(instance, found)
    return found
  }
  return through
}
