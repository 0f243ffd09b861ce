import type { PlanDocument, StepDocument, StepRole } from '#lib/orchestration/model.ts'
import type { Moment, Physics } from './physics.ts'
import { isOut, newRuns, newServes, oldRuns, oldServes } from './physics.ts'

/** Too many moments to visit: the word on this plan is not known. */
export const tooMany = 'too many moments'

/**
 * Whether every moment that the order of a plan's steps can lead to is allowed: walks all of them. Each step is one act: what is true
 * while it is under way is true either just before it or just after. What is wrong in a sentence, or null.
 */
export function walkPlan(plan: PlanDocument, physics: Physics, most = 60_000): string | null {
  const before = closureOf(plan.steps)
  if (!before) return 'a circle, or a step that is not there'
  const malformed = physics.hopeless ? 'nothing may move' : (shapeOf(plan, physics, before) ?? saidOf(plan, physics))
  if (malformed) return malformed

  const acts = plan.steps.filter((step) => ['drain', 'stop', 'purge', 'migrate', 'deploy', 'verify', 'open'].includes(step.role))
  if (acts.length > 30) return tooMany
  const bit = new Map(acts.map((step, index) => [step.key, 1 << index]))
  const needs = acts.map((step) => acts.reduce((mask, other) => ((before.get(step.key) as Set<string>).has(other.key) ? mask | (bit.get(other.key) as number) : mask), 0))
  const all = acts.reduce((mask, step) => mask | (bit.get(step.key) as number), 0)
  const effects = acts.map((step) => effectOf(step, plan, physics, bit))

  const seen = new Set<string>()
  const walk = (done: number, moment: Moment): string | null => {
    const key = `${done};${moment.versions.join()}`
    if (seen.has(key)) return null
    if (seen.add(key).size > most) return tooMany
    if (!physics.allows(moment)) return 'a moment that is not allowed'
    if (done === all) return physics.movers.every((mover) => moment.bits[mover] === (newRuns | newServes)) ? null : 'not everything arrives'
    for (const [index, effect] of effects.entries()) {
      const own = 1 << index
      if (done & own || (done & (needs[index] as number)) !== needs[index]) continue
      const next = effect(done, moment)
      const wrong = typeof next === 'string' ? next : walk(done | own, next)
      if (wrong) return wrong
    }
    return null
  }
  return walk(0, physics.first)
}

type Effect = (done: number, moment: Moment) => Moment | string

function effectOf(step: StepDocument, plan: PlanDocument, physics: Physics, bit: ReadonlyMap<string, number>): Effect {
  const maskOf = (wanted: (other: StepDocument) => boolean): number => plan.steps.reduce((mask, other) => (wanted(other) ? mask | (bit.get(other.key) ?? 0) : mask), 0)
  const groupOf = (target: string | null): string | null => plan.moves.find((move) => move.target === target)?.group ?? null
  const together = (group: string | null, role: StepRole): number => maskOf((other) => other.role === role && group !== null && groupOf(other.target) === group)
  const own = (role: StepRole): number => maskOf((other) => other.role === role && other.target === step.target)
  const migration = plan.migrations.find((one) => one.step === step.key)
  const group = step.role === 'migrate' ? (migration?.group ?? null) : groupOf(step.target)
  const mover = physics.targets.findIndex((one) => one.targetId === step.target)
  const rule = (required: number, forbidden = 0) => (done: number): string | null => ((done & required) === required && !(done & forbidden) ? null : `${step.key} out of turn`)
  const change = (turn: (done: number) => string | null, edit: (bits: number) => number): Effect => (done, { bits, versions }) => turn(done) ?? { bits: bits.with(mover, edit(bits[mover] as number)), versions }

  if (step.role === 'drain') return change(rule(0), (bits) => (bits & ~oldServes) | isOut)
  if (step.role === 'stop') return change(rule(together(group, 'drain')), (bits) => bits & ~oldRuns)
  if (step.role === 'purge') return change(rule(together(group, 'stop'), own('deploy')), (bits) => bits)
  if (step.role === 'verify') return change(rule(own('deploy')), (bits) => (group === null ? bits & ~(oldRuns | oldServes | isOut) : bits))
  if (step.role === 'open') return change(rule(together(group, 'verify')), (bits) => (bits | newServes) & ~isOut)
  if (step.role === 'deploy') {
    const purges = physics.purges(mover).map((wanted) => maskOf((other) => wanted !== null && other.role === 'purge' && other.target === step.target && other.kind === wanted.kind && JSON.stringify(other.params) === JSON.stringify(wanted.params)))
    const turn = rule(purges.reduce((all, one) => all | one, together(group, 'stop')))
    const starts = change(turn, (bits) => (group === null ? bits | newRuns | newServes | isOut : bits | newRuns))
    if (purges.includes(0)) return () => `${step.key} finds what nothing purged`
    return (done, moment) => starts(done, { ...moment, versions: physics.start(mover, moment.versions) })
  }
  const database = physics.databases.findIndex((one) => one.database === migration?.database && one.region === migration.region)
  const turn = rule(together(group, 'stop'))
  return (done, { bits, versions }) => turn(done) ?? (migration && versions[database] === migration.from ? { bits, versions: versions.with(database, migration.to) } : `${step.key} finds another version`)
}

/** Everything that a step waits for, also through others; null where that has no end. */
function closureOf(steps: readonly StepDocument[]): Map<string, Set<string>> | null {
  const byKey = new Map(steps.map((step) => [step.key, step]))
  const known = new Map<string, Set<string> | null>()
  const of = (key: string): Set<string> | null => {
    if (known.has(key)) return known.get(key) ?? null
    known.set(key, null)
    const all = new Set<string>()
    for (const one of byKey.get(key)?.after ?? []) {
      const further = byKey.has(one) ? of(one) : null
      if (!further) return null
      all.add(one)
      for (const other of further) all.add(other)
    }
    known.set(key, all)
    return all
  }
  const closure = new Map(steps.map((step) => [step.key, of(step.key)]))
  return byKey.size === steps.length && [...closure.values()].every((one) => one !== null) ? (closure as Map<string, Set<string>>) : null
}

/** The right steps, once each, and those with no effect of their own before what they are there for. */
function shapeOf(plan: PlanDocument, physics: Physics, before: ReadonlyMap<string, Set<string>>): string | null {
  if (plan.moves.length !== physics.movers.length || physics.movers.some((mover) => !plan.moves.some((move) => move.target === physics.targets[mover]?.targetId))) return 'it moves something else'
  for (const { target, group } of plan.moves) {
    if (group !== null && !plan.groups.some((one) => one.key === group)) return 'a group that is not there'
    const facts = physics.targets.find((one) => one.targetId === target)
    const own = (role: StepRole): StepDocument[] => plan.steps.filter((step) => step.target === target && step.role === role)
    for (const role of ['stage', 'deploy', 'verify'] as const) if (own(role).length !== 1) return `not one ${role}`
    for (const role of ['drain', 'stop', 'open'] as const) if (own(role).length !== (group === null ? 0 : 1)) return `not as many ${role} as there should be`
    const [stage, deploy, verify, drain, stop] = (['stage', 'deploy', 'verify', 'drain', 'stop'] as const).map((role) => own(role)[0]?.key ?? '')
    const first = group === null ? deploy : drain
    const waits = (then: string | undefined, ...firsts: (string | undefined)[]): boolean => firsts.every((one) => before.get(then ?? '')?.has(one ?? ''))
    if (!waits(first, stage) || !waits(deploy, stage) || !waits(verify, deploy)) return 'its own steps are out of turn'
    if (own('hold').length > 0 !== (facts?.reconciler !== null)) return 'not held'
    if (facts?.reconciler && !own('hold').some((hold) => waits(first, hold.key))) return 'held too late'
    if (own('purge').length > 0 && (group === null || own('purge').some((purge) => !waits(deploy, purge.key) || !waits(purge.key, stop)))) return 'purged while it runs'
  }
  const migrates = plan.steps.filter((step) => step.role === 'migrate')
  return migrates.length === plan.migrations.length && migrates.every((step) => plan.migrations.some((one) => one.step === step.key)) ? null : 'a migration without its step'
}

/** What was broken at the start is said. */
function saidOf(plan: PlanDocument, physics: Physics): string | null {
  const changes = (database: number): boolean =>
    plan.migrations.some((one) => one.database === physics.databases[database]?.database && one.region === physics.databases[database].region) ||
    physics.movers.some((mover) => (physics.start(mover, physics.first.versions)[database] as number) > (physics.first.versions[database] as number))
  const unsaid = physics.excused.find(({ names, unlessUntouched }) => (unlessUntouched === null || changes(unlessUntouched)) && !plan.excused.some((sentence) => names.every((name) => sentence.split(/[\s,:;]+/).includes(name))))
  return unsaid ? `${unsaid.names.join(' and ')} are broken already, and nothing says so` : null
}
