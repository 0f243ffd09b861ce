import type { Tx } from '#lib/platform/db.ts'
import { presentBreaches } from '#lib/triggers/queries/breaches.ts'
import type { UsablePlaybook } from './load-playbook.ts'
import { loadPlaybook, loadPlaybooks } from './load-playbook.ts'
import type { PlanDocument, PlanResult, Situation } from './model.ts'
import { choosePlaybook } from './rules/playbook/choose.ts'
import { compilePlaybook } from './rules/playbook/compile.ts'
import type { LeftOut } from './rules/playbook/expand.ts'
import type { Failure } from './rules/playbook/failure-of.ts'
import { failureOf } from './rules/playbook/failure-of.ts'
import type { PlaybookSituation } from './rules/playbook/situation.ts'
import { situationOf } from './rules/playbook/situation.ts'

/** What a playbook is given to work on. */
export interface Shaping {
  projectId: string
  /** As they were asked for. */
  services: readonly { name: string; tier: number; dataClass: string; jurisdictions: string[] }[]
  /** Only these regions; all where left out. */
  regions: readonly string[] | undefined
  incidentId: string | null
  /** What a person says is wrong; what the signals say when left out. */
  failure: Failure | undefined
  /** Undefined: the one that fits, if any. Null: none, even if one fits. */
  asked: { name: string; params: Record<string, unknown> } | { use: UsablePlaybook; params: Record<string, unknown> } | null | undefined
  situation: Situation
  planned: PlanResult
  now: Date
}

export type Shaped = { ok: true; document: PlanDocument; situation: Situation; leftOut: readonly LeftOut[] } | { ok: false; because: string; alsoMove: Extract<PlanResult, { ok: false }>['alsoMove'] }

/** The plan that comes of a playbook and the planner's moves: the moves alone where no playbook is for this, the steps alone where nothing has to move. */
export async function shapePlan(tx: Tx, shaping: Shaping): Promise<Shaped> {
  const { planned, situation, projectId, asked, now } = shaping
  const seen = await loadPlaybookSituation(tx, shaping, now)
  const { use, params, notes } = await loadUse(tx, projectId, asked, seen.situation)
  if (!use) {
    if (!planned.ok) return { ok: false, because: planned.because, alsoMove: planned.alsoMove }
    return { ok: true, document: { ...planned.document, notes: [...planned.document.notes, ...notes] }, situation, leftOut: [] }
  }
  const regions = situation.regions.map((region) => region.name)
  const compiled = compilePlaybook({ ...use, params, situation: seen.situation, agentKind: situation.agentKind, regions, places: seen.places }, planned.ok ? planned.document : null)
  if (!compiled.ok) {
    // Where the moves are what is missing, why they are missing is the answer.
    if (!planned.ok && compiled.problems.every((problem) => problem.endsWith('there are no planned moves to put here'))) return { ok: false, because: planned.because, alsoMove: planned.alsoMove }
    return { ok: false, because: `the playbook ${use.playbook.name} r${use.revision} cannot be used here: ${compiled.problems.join('; ')}`, alsoMove: null }
  }
  const document = { ...compiled.document, notes: [...compiled.document.notes, ...notes] }
  const still = document.moves.length > 0 ? situation : { ...situation, missing: [], targets: situation.targets.map((target) => ({ ...target, goTo: null })) }
  return { ok: true, document, situation: still, leftOut: compiled.leftOut }
}

async function loadUse(tx: Tx, projectId: string, asked: Shaping['asked'], situation: PlaybookSituation): Promise<{ use: UsablePlaybook | null; params: Record<string, unknown>; notes: string[] }> {
  if (asked === null) return { use: null, params: {}, notes: [] }
  if (asked && 'use' in asked) return { ...asked, notes: [] }
  if (asked) return { use: await loadPlaybook(tx, projectId, asked.name), params: asked.params, notes: [] }
  const { playbooks, broken } = await loadPlaybooks(tx, projectId)
  const { chosen, notes } = choosePlaybook(playbooks, situation)
  return { use: chosen, params: {}, notes: [...notes, ...broken.map((name) => `the playbook ${name} is passed over: it is no longer accepted, apply it anew`)] }
}

/** The situation as conditions see it, and where something would move. */
async function loadPlaybookSituation(tx: Tx, { services, regions, incidentId, failure, situation, planned }: Shaping, now: Date): Promise<{ situation: PlaybookSituation; places: { service: string; region: string }[] }> {
  const incident = incidentId ? await tx.incident.findUnique({ where: { id: incidentId }, select: { severity: true, openedAt: true } }) : null
  // Also those that are over: what went wrong does not change because it hurts less.
  const broken = incidentId && failure === undefined ? (await presentBreaches(tx, { incidentId })).map(({ evidence, severity }) => ({ signal: evidence.signal, direction: evidence.direction, severity })) : []
  const own = situation.targets.filter((target) => services.some((service) => service.name === target.service) && (!regions || regions.includes(target.region)))
  const moves = planned.ok
    ? planned.document.moves.map(({ service, region, from, to }) => ({ service, region, from: from[0]?.version ?? null, to: to.version }))
    : own.map(({ service, region, running, goTo }) => ({ service, region, from: running?.[0]?.release?.version ?? null, to: goTo?.version ?? null }))
  return {
    situation: situationOf({ failure: failure ?? failureOf(broken), services, environment: situation.environment, drill: situation.agentKind === 'drill', purpose: situation.purpose, incident, moves, now }),
    places: moves.map(({ service, region }) => ({ service, region })),
  }
}
