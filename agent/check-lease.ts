import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { z } from 'zod'
import type { Identity, Lease } from './protocol.ts'
import { leaseSigned } from './sign.ts'
import type { StepParams } from './step-params.ts'
import { paramsOf } from './step-params.ts'

/** A step as it was approved: what may be done, and nothing else. */
export type CheckedStep = { [K in keyof StepParams]: { kind: K; params: StepParams[K]; timeoutMs: number } }[keyof StepParams]

const leaseSchema = z.object({
  v: z.literal(1),
  stepId: z.uuid(),
  runId: z.uuid(),
  key: z.string(),
  kind: z.string(),
  epoch: z.number().int().positive(),
  leaseMs: z.number().positive(),
  plan: z.object({ document: z.looseObject({}), hash: z.string(), signature: z.string() }),
})

const documentSchema = z.object({
  steps: z.array(z.object({ key: z.string(), kind: z.string(), environment: z.string(), region: z.string().nullable(), agentKind: z.string(), timeoutMs: z.number().positive(), params: z.unknown() })),
})

export interface Limits {
  identity: Pick<Identity, 'environment' | 'region' | 'kind' | 'serverKey'>
  allow: readonly string[]
  targets: readonly { service: string; cannot: readonly string[] }[]
}

export type Checked = { ok: true; step: CheckedStep } | { ok: false; because: string }
const no = (because: string): Checked => ({ ok: false, because })

/** Whether this lease is for a step of an approved plan that this agent may do. Everything is taken from the signed document. */
export function checkLease(lease: Lease, { identity, allow, targets }: Limits): Checked {
  const shape = leaseSchema.safeParse(lease)
  if (!shape.success) return no(`the lease is not as the protocol says: ${sentence(shape.error)}`)

  const { document, hash, signature } = lease.plan
  if (hashOf(document) !== hash) return no('the plan is not the one its hash names')
  if (!leaseSigned(identity.serverKey, { runId: lease.runId, stepId: lease.stepId, epoch: lease.epoch, hash }, signature)) return no('the lease is not signed by the command center this agent enrolled with')

  const plan = documentSchema.safeParse(document)
  if (!plan.success) return no(`the plan is not as the protocol says: ${sentence(plan.error)}`)
  const step = plan.data.steps.find((one) => one.key === lease.key)
  if (!step) return no(`the approved plan has no step ${lease.key}`)
  if (step.kind !== lease.kind) return no(`the approved plan says ${lease.key} is a ${step.kind}, the lease says ${lease.kind}`)
  if (canonicalize(step.params) !== canonicalize(lease.params)) return no(`the parameters of ${lease.key} are not those of the approved plan`)

  if (step.environment !== identity.environment) return no(`this step is for ${step.environment}; this agent works in ${identity.environment}`)
  if (step.region !== identity.region) return no(`this step is for region ${step.region}; this agent works in ${identity.region}`)
  if (step.agentKind !== identity.kind) return no(`this is a ${step.agentKind} step; this agent is a ${identity.kind} agent`)
  if (!allow.includes(step.kind)) return no(`${step.kind} is not on this agent's allow-list`)

  const kind = step.kind as keyof typeof paramsOf
  if (!Object.hasOwn(paramsOf, kind)) return no(`this agent does not know how to ${step.kind}`)
  const params = paramsOf[kind].safeParse(step.params)
  if (!params.success) return no(`the parameters of ${lease.key} are not as the protocol says: ${sentence(params.error)}`)
  const { service } = params.data
  const target = targets.find((one) => one.service === service)
  if (!target) return no(`${service} is not a target in this agent's configuration`)
  if (target.cannot.includes(kind)) return no(`${service} has no ${kind} program in this agent's configuration`)
  return { ok: true, step: { kind, params: params.data, timeoutMs: step.timeoutMs } as CheckedStep }
}

function hashOf(document: unknown): string {
  try {
    return `sha256:${createHash('sha256').update(canonicalize(document) ?? '').digest('hex')}`
  } catch {
    return ''
  }
}

const sentence = (error: z.ZodError): string => error.issues.map((issue) => `${issue.path.join('.') || 'it'}: ${issue.message}`).join('; ')
