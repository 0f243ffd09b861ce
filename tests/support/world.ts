import { createHash, randomUUID } from 'node:crypto'
import type { Actor } from '#lib/platform/actor.ts'
import { db } from '#lib/platform/db.ts'
import { newId } from '#lib/platform/id.ts'
import type { Role } from '#lib/platform/may.ts'

type Person = Extract<Actor, { kind: 'person' }>
type Machine = Extract<Actor, { kind: 'machine' }>
type Agent = Extract<Actor, { kind: 'agent' }>

const roleNames = ['viewer', 'responder', 'commander', 'approver', 'support', 'spokesperson', 'auditor', 'admin'] as const satisfies readonly Role[]
const serviceNames = ['checkout', 'payments', 'storefront'] as const
const regionNames = ['eu', 'us'] as const

type ServiceName = (typeof serviceNames)[number]
type RegionName = (typeof regionNames)[number]

/** A small company as tests need it: every role once, three services in two regions of one real environment. */
export interface World {
  projectId: string
  /** One person with each role, in the database too. */
  people: Record<(typeof roleNames)[number], Person>
  /** A second person with `commander`, and one with `approver`. */
  secondCommander: Person
  secondApprover: Person
  /** An administrator of another project: everything here is absent for them. */
  stranger: Person
  pipeline: Machine
  teamId: string
  services: Record<ServiceName, string>
  environmentId: string
  regions: Record<RegionName, string>
  /** Target ids as `checkout/eu`. */
  targets: Record<`${ServiceName}/${RegionName}`, string>
  agents: Record<RegionName, Agent>
}

/** The digest that stands for some bytes in tests. */
export const digestOf = (bytes: string): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

/** A person with these roles in a project (no roles: in the project's people, but holding nothing), written to the database. */
export async function seedPerson(projectId: string, roles: readonly Role[], name: string = roles[0] ?? 'nobody'): Promise<Person> {
  const id = newId()
  const email = `${name.toLowerCase().replaceAll(' ', '.')}.${id.slice(-6)}@example.test`
  const now = new Date()
  await db().person.create({ data: { id, email, name, createdAt: now } })
  await db().grant.createMany({ data: roles.map((role) => ({ id: newId(), personId: id, projectId, role, createdAt: now })) })
  const sessionId = newId()
  await db().session.create({ data: { id: sessionId, personId: id, createdAt: now, expiresAt: new Date(now.getTime() + 3_600_000), userAgent: 'test' } })
  return { kind: 'person', id, name, email, sessionId, grants: roles.map((role) => ({ role, projectId, teamId: null, serviceId: null, environmentId: null })) }
}

/** Writes the world through the database itself, so that a test of one command relies on no other. */
export async function seedWorld(): Promise<World> {
  const now = new Date()
  const projectId = newId()
  const otherProjectId = newId()
  const projects = await db().project.count()
  await db().project.create({ data: { id: projectId, slug: projects === 0 ? 'default' : `world-${projectId.slice(-8)}`, name: 'Default', createdAt: now } })
  await db().project.create({ data: { id: otherProjectId, slug: `other-${otherProjectId.slice(-8)}`, name: 'Other', createdAt: new Date(now.getTime() + 1) } })

  const people = {} as World['people']
  for (const role of roleNames) people[role] = await seedPerson(projectId, [role])
  const secondCommander = await seedPerson(projectId, ['commander'], 'second commander')
  const secondApprover = await seedPerson(projectId, ['approver'], 'second approver')
  const stranger = await seedPerson(otherProjectId, [...roleNames], 'stranger')
  const pipeline: Machine = { kind: 'machine', id: newId(), name: 'pipeline', projectId, scopes: ['release.register', 'deployment.request', 'release.read', 'catalog.read'] }
  await db().machineToken.create({ data: { id: pipeline.id, projectId, name: pipeline.name, tokenHash: randomUUID(), scopes: [...pipeline.scopes], createdBy: people.admin.id, createdAt: now } })

  const teamId = newId()
  await db().team.create({ data: { id: teamId, projectId, slug: 'shop', name: 'Shop' } })
  const services = { checkout: newId(), payments: newId(), storefront: newId() }
  const tiers = { checkout: 1, payments: 1, storefront: 2 }
  const dataClasses = { checkout: 'customer', payments: 'regulated', storefront: 'public' }
  await db().service.createMany({ data: serviceNames.map((name) => ({ id: services[name], projectId, name, teamId, tier: tiers[name], dataClass: dataClasses[name], jurisdictions: ['EU', 'US'] })) })
  const environmentId = newId()
  await db().environment.create({ data: { id: environmentId, projectId, name: 'production', kind: 'real' } })
  const regions = { eu: newId(), us: newId() }
  const shares = { eu: 0.6, us: 0.4 }
  await db().region.createMany({ data: regionNames.map((name) => ({ id: regions[name], projectId, name, jurisdiction: name.toUpperCase(), rtoSeconds: 300, trafficShare: shares[name] })) })

  const targets = {} as World['targets']
  for (const service of serviceNames) for (const region of regionNames) targets[`${service}/${region}`] = newId()
  await db().target.createMany({
    data: serviceNames.flatMap((service) => regionNames.map((region) => ({ id: targets[`${service}/${region}`], projectId, serviceId: services[service], environmentId, regionId: regions[region], kind: 'real', instances: 2, minUp: 1 }))),
  })
  const agents = {} as World['agents']
  for (const region of regionNames) {
    const id = newId()
    const name = `agent-${region}`
    await db().agent.create({ data: { id, projectId, name, kind: 'real', environmentId, regionId: regions[region], publicKey: randomUUID(), stepKinds: ['snapshot', 'stage', 'deploy', 'verify'], enrolledAt: now, lastSeenAt: now } })
    agents[region] = { kind: 'agent', id, name, projectId, environmentId, regionId: regions[region], agentKind: 'real' }
  }
  return { projectId, people, secondCommander, secondApprover, stranger, pipeline, teamId, services, environmentId, regions, targets, agents }
}

/** Two instances of some bytes on a target, as an agent would have seen them just now. */
export async function seeRunning(targetId: string, digest: string, version: string | null = null, state: 'healthy' | 'unhealthy' = 'healthy', at: Date = new Date()): Promise<void> {
  await db().target.update({ where: { id: targetId }, data: { observed: [1, 2].map((n) => ({ id: `i-${n}`, digest, version, state })), observedAt: at } })
}

/** A release of a service, with its artifact. */
export async function seedRelease(world: World, service: ServiceName, version: string, bytes: string = `${service} ${version}`, declares: object = {}): Promise<{ id: string; digest: string; version: string }> {
  const digest = digestOf(bytes)
  const id = newId()
  await db().artifact.upsert({ where: { projectId_digest: { projectId: world.projectId, digest } }, create: { projectId: world.projectId, digest, url: `https://artifacts.example.test/${service}-${version}.tgz`, createdAt: new Date() }, update: {} })
  await db().release.create({
    data: { id, projectId: world.projectId, serviceId: world.services[service], version, digest, metadata: {}, declares: { offers: [], calls: [], schema: null, oneWay: null, besideItself: true, ...declares }, registeredBy: world.pipeline.id, createdAt: new Date() },
  })
  return { id, digest, version }
}

/** An incident as the incidents room would have written it. */
export async function seedIncident(world: World, title = 'checkout fails', status: 'open' | 'closed' = 'open'): Promise<{ id: string; number: number }> {
  const id = newId()
  const number = (await db().incident.count({ where: { projectId: world.projectId } })) + 1
  await db().incident.create({
    data: { id, projectId: world.projectId, number, kind: 'real', title, severity: 'SEV2', status, environmentId: world.environmentId, serviceIds: [world.services.checkout], declaredBy: world.people.responder.id, openedAt: new Date(), closedAt: status === 'closed' ? new Date() : null },
  })
  return { id, number }
}
