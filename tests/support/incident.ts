import { randomUUID } from 'node:crypto'
import { system } from '#lib/platform/actor.ts'
import { db } from '#lib/platform/db.ts'
import type { DomainEvent } from '#lib/platform/events.ts'
import { newId } from '#lib/platform/id.ts'
import type { Reaction } from '#lib/platform/reactions.ts'
import { endOfOutbox, eventsAfter } from '#lib/platform/relay.ts'
import type { World } from './world.ts'

export interface SeededBreach {
  id: string
  targetId: string
  event: DomainEvent
}

/** A rule that broke on a target, with the event that told it. Each call is a rule of its own. */
export async function seedBreach(world: World, target: keyof World['targets'], over: { releaseId?: string | null; severity?: string; action?: string; open?: boolean } = {}): Promise<SeededBreach> {
  const criteriaId = newId()
  const rule = `errors-${criteriaId.slice(-8)}`
  const now = new Date()
  await db().criteria.create({ data: { id: criteriaId, projectId: world.projectId, name: rule, revision: 1 } })
  await db().criteriaRevision.create({ data: { criteriaId, revision: 1, document: { v: 1, rules: [] }, author: 'test', reason: 'test', createdAt: now } })
  const id = newId()
  const sentence = 'errors 7.8 % over 20 s, limit 2 % (312 requests)'
  await db().breach.create({
    data: {
      id, projectId: world.projectId, criteriaId, revision: 1, rule, targetId: world.targets[target], releaseId: over.releaseId ?? null, action: over.action ?? 'rollback', severity: over.severity ?? 'SEV2', openedAt: now,
      closedAt: over.open === false ? now : null,
      evidence: { signal: 'error-ratio', unit: 'ratio', value: 0.078, limit: 0.02, direction: 'above', windowSeconds: 20, requests: 312, series: [], baseline: null, sentence },
    },
  })
  const [service = '', region = ''] = target.split('/')
  return {
    id,
    targetId: world.targets[target],
    event: news(world, 'trigger.fired', id, { data: { criteria: rule, rule, action: over.action ?? 'rollback', severity: over.severity ?? 'SEV2', service, serviceId: world.services[service as keyof World['services']], targetId: world.targets[target], environmentId: world.environmentId, region, releaseId: over.releaseId ?? null, sentence } }),
  }
}

/** An event as the outbox would hand it over. */
export const news = (world: World, name: string, subject: string, over: Partial<DomainEvent> = {}): DomainEvent => ({
  eventId: randomUUID(), projectId: world.projectId, v: 1, name, subject, subjectVersion: 1, incidentId: null, data: {}, at: new Date(), ...over,
})

/** Hands one event to every reaction that wants it, as the engine does. */
export async function tell(reactions: readonly Reaction[], event: DomainEvent): Promise<void> {
  for (const one of reactions) if ([one.on].flat().includes(event.name)) await one.react(event, { actor: system(one.name), options: { reaction: { name: one.name, eventId: event.eventId } } })
}

/** Does something, then hands everything that it and its consequences told to the reactions, until nothing is new. */
export async function withConsequences<T>(reactions: readonly Reaction[], act: () => Promise<T>): Promise<{ result: T; told: DomainEvent[] }> {
  let cursor = await endOfOutbox()
  const result = await act()
  const told: DomainEvent[] = []
  for (;;) {
    const { events, cursor: next, held } = await eventsAfter(cursor, 100)
    // Another test's transaction, in another database of the same server, may keep news back for a moment.
    if (events.length === 0 && held) await new Promise((resolve) => setTimeout(resolve, 5))
    else if (events.length === 0) return { result, told }
    told.push(...events)
    for (const event of events) await tell(reactions, event)
    cursor = next
  }
}

/** A run of a rollback plan of an incident, as orchestration would have written it, with its validation if there is one. */
export async function seedRun(world: World, incidentId: string, status: string, verdict?: 'pass' | 'fail' | 'no data' | 'measuring', steps: readonly object[] = []): Promise<{ planId: string; runId: string }> {
  const planId = newId()
  const runId = newId()
  const now = new Date()
  const digest = `sha256:${'0'.repeat(64)}`
  const document = {
    v: 2, purpose: 'rollback', environment: 'production', agentKind: 'real', playbook: null, migrations: [], groups: [], leaves: [], notes: [], locks: { exclusive: [], shared: [] }, steps: steps as never, edges: [], excused: [], losses: [], reversible: { yes: true, because: 'both releases are known' },
    moves: [{ target: world.targets['checkout/eu'], service: 'checkout', region: 'eu', from: [{ digest, version: '1.5.0' }], to: { releaseId: newId(), version: '1.4.2', digest, url: 'https://artifacts.example.test/a.tgz' }, why: 'asked', group: null }],
  }
  const forecast = { p50Ms: 60_000, p90Ms: 120_000, regions: [], steps: [], critical: [], basis: 'a guess' }
  await db().plan.create({ data: { id: planId, projectId: world.projectId, incidentId, environmentId: world.environmentId, purpose: 'rollback', kind: 'real', v: 2, document, hash: `sha256:${planId.replaceAll('-', '').padEnd(64, '0')}`, forecast, status: 'proposed', createdBy: 'test', createdAt: now } })
  const over = ['succeeded', 'failed', 'aborted'].includes(status)
  await db().run.create({ data: { id: runId, projectId: world.projectId, planId, planHash: 'sha256:x', incidentId, kind: 'real', status, authority: { kind: 'standing', policyRevision: 1, rule: 'test' }, startedBy: world.people.commander.id, startedAt: now, finishedAt: over ? now : null } })
  if (verdict) {
    await db().validation.create({
      data: { id: newId(), projectId: world.projectId, incidentId, runId, status: verdict === 'measuring' ? 'measuring' : 'done', verdict: verdict === 'measuring' ? null : verdict, results: [], startedAt: now, deadline: new Date(now.getTime() + 60_000), finishedAt: verdict === 'measuring' ? null : now },
    })
  }
  return { planId, runId }
}

/** Puts a person into the seat of an incident. */
export async function seatPerson(world: World, incidentId: string, holderId: string): Promise<void> {
  await db().seat.create({ data: { id: newId(), projectId: world.projectId, scopeKind: 'incident', scopeId: incidentId, holderId, term: 1, takenAt: new Date() } })
}
