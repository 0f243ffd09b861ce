import canonicalize from 'canonicalize'
import { z } from 'zod'
import { targetKinds } from './config.ts'
import type { PlanBook, PlannedAction } from './plan-book.ts'
import type { Identity, Lease } from './protocol.ts'
import { leaseSigned } from './sign.ts'
import type { KnownAction, KnownKind } from './step-params.ts'
import { onlyLooks, paramsOf } from './step-params.ts'

/** A step as it was approved: what may be done, and nothing else. */
export type CheckedStep = KnownAction & {
  timeoutMs: number
  /** Repeating it is harmless. */
  repeatable: boolean
  /** Asked before a second attempt: is it done already? */
  check: KnownAction | null
}

const leaseSchema = z.object({
  v: z.literal(1),
  stepId: z.uuid(),
  runId: z.uuid(),
  key: z.string(),
  kind: z.string(),
  epoch: z.number().int().positive(),
  leaseMs: z.number().positive(),
  plan: z.object({ document: z.looseObject({}).nullable(), hash: z.string(), signature: z.string() }),
})

/** Before a step's key: what takes its effect back is done, not the step. */
const undo = 'undo:'

export interface Limits {
  identity: Pick<Identity, 'environment' | 'region' | 'kind' | 'serverKey'>
  allow: readonly string[]
  targets: readonly { service: string; cannot: readonly string[] }[]
  /** Plans that were sent before. */
  plans: PlanBook
}

export type Checked = { ok: true; step: CheckedStep } | { ok: false; because: string }
const no = (because: string): Checked => ({ ok: false, because })

/** Whether this lease is for a step of an approved plan that this agent may do. Everything is taken from the signed document. */
export function checkLease(lease: Lease, limits: Limits): Checked {
  const { identity } = limits
  const shape = leaseSchema.safeParse(lease)
  if (!shape.success) return no(`the lease is not as the protocol says: ${sentence(shape.error)}`)

  const { hash, signature } = lease.plan
  const plan = limits.plans.read(lease.plan)
  if ('because' in plan) return no(plan.because)
  if (!leaseSigned(identity.serverKey, { runId: lease.runId, stepId: lease.stepId, epoch: lease.epoch, hash }, signature)) return no('the lease is not signed by the command center this agent enrolled with')

  const step = plan.step.get(lease.key) ?? (lease.key.startsWith(undo) ? plan.step.get(lease.key.slice(undo.length)) : undefined)
  if (!step) return no(`the approved plan has no step ${lease.key}`)
  const undoing = step.key !== lease.key
  const approved = undoing ? step.compensate : step
  if (!approved) return no(`the approved plan has nothing that takes ${step.key} back`)
  if (approved.kind !== lease.kind) return no(`the approved plan says ${lease.key} is a ${approved.kind}, the lease says ${lease.kind}`)
  if (canonicalize(approved.params) !== canonicalize(lease.params)) return no(`the parameters of ${lease.key} are not those of the approved plan`)

  if (step.environment !== identity.environment) return no(`this step is for ${step.environment}; this agent works in ${identity.environment}`)
  if (step.region !== identity.region) return no(`this step is for region ${step.region}; this agent works in ${identity.region}`)
  if (step.agentKind !== identity.kind) return no(`this is a ${step.agentKind} step; this agent is a ${identity.kind} agent`)

  const doing = known(approved, `the parameters of ${lease.key}`, limits)
  if ('because' in doing) return no(doing.because)
  // What takes a step back is another action: the step's own check says nothing about it.
  if (undoing || !step.check) return { ok: true, step: { ...doing, timeoutMs: step.timeoutMs, repeatable: step.repeatable, check: null } }
  const check = known(step.check, `the check of ${lease.key}`, limits)
  if ('because' in check) return no(check.because)
  if (!onlyLooks(check)) return no(`the check of ${lease.key} would change something: a ${check.kind} with these parameters does not only look`)
  return { ok: true, step: { ...doing, timeoutMs: step.timeoutMs, repeatable: step.repeatable, check } }
}

/** An action that this agent knows, is allowed to do, and has what it needs for. */
function known({ kind, params }: PlannedAction, what: string, { allow, targets }: Limits): KnownAction | { because: string } {
  if (!allow.includes(kind)) return { because: `${kind} is not on this agent's allow-list` }
  if (!Object.hasOwn(paramsOf, kind)) return { because: `this agent does not know how to ${kind}` }
  const parsed = paramsOf[kind as KnownKind].safeParse(params)
  if (!parsed.success) return { because: `${what} are not as the protocol says: ${sentence(parsed.error)}` }
  const doing = { kind, params: parsed.data } as KnownAction
  const targetKind = targetKinds.find((one) => one === kind)
  if (targetKind) {
    const { service } = parsed.data as { service: string }
    const target = targets.find((one) => one.service === service)
    if (!target) return { because: `${service} is not a target in this agent's configuration` }
    if (target.cannot.includes(kind)) return { because: `${service} has no ${kind} program in this agent's configuration` }
  }
  return doing
}

const sentence = (error: z.ZodError): string => error.issues.map((issue) => `${issue.path.join('.') || 'it'}: ${issue.message}`).join('; ')
