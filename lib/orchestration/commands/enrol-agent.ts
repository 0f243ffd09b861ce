import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { publicKeyOf } from '#lib/platform/credentials.ts'
import { isUniqueViolation } from '#lib/platform/db.ts'
import { Fault } from '#lib/platform/fault.ts'
import { must } from '#lib/platform/must.ts'
import { serverKey } from '#lib/platform/signing.ts'
import { agentPace, stepKindSchema } from '../pace.ts'
import { claimEnrolment } from './create-enrolment.ts'

const rawKey = z.string().refine((key) => Buffer.from(key, 'base64url').length === 32, 'base64url of a raw 32-byte Ed25519 public key')

export const enrolAgent = command({
  name: 'agent.enrol',
  summary: 'Enrol an agent with a one-time token; from then on it is known by its key. Sent again with the same token, name and key, it answers the same.',
  permission: 'public',
  status: 201,
  secret: ['token'],
  input: z.strictObject({
    v: z.literal(1),
    token: z.string().min(10).max(200).describe('One-time token from enrolment.create'),
    name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'lower-case letters, digits and dashes').describe('What people call this agent'),
    publicKey: rawKey.describe('Raw 32-byte Ed25519 public key, base64url'),
    stepKinds: z.array(stepKindSchema).min(1).max(40).describe('Step kinds it is willing to run'),
  }),

  async load({ tx, now }, { token, name, publicKey }) {
    const enrolment = await claimEnrolment(tx, token, { name, publicKey }, now)
    return { subject: enrolment, scope: { projectId: enrolment.project_id, environmentId: enrolment.environment_id } }
  },

  async run({ tx, now, newId }, { name, publicKey, stepKinds }, enrolment) {
    publicKeyOf(publicKey)
    const environment = must(await tx.environment.findUnique({ where: { id: enrolment.environment_id } }), 'the environment of an enrolment')
    const region = must(await tx.region.findUnique({ where: { id: enrolment.region_id } }), 'the region of an enrolment')
    const answer = (agentId: string) => ({ agentId, name, environment: environment.name, region: region.name, kind: environment.kind as 'real' | 'drill', serverKey: serverKey(), ...agentPace })
    // The answer to the first time was lost.
    if (enrolment.agent_id) return { result: answer(enrolment.agent_id), events: [] }
    const agentId = newId()
    try {
      await tx.agent.create({
        data: { id: agentId, projectId: enrolment.project_id, name, kind: environment.kind, environmentId: environment.id, regionId: region.id, publicKey, stepKinds, enrolledAt: now },
      })
    } catch (error) {
      if (isUniqueViolation(error)) throw new Fault('conflict', `there is an agent ${name} already, or one with this key; choose another name or key`)
      throw error
    }
    await tx.enrolmentToken.update({ where: { id: enrolment.id }, data: { usedAt: now } })
    return {
      result: answer(agentId),
      events: [{ name: 'agent.enrolled', subject: agentId, version: 1, data: { name } }],
    }
  },
})
