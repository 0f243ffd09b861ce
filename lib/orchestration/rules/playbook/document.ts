import { z } from 'zod'
import { durationSchema } from './duration.ts'
import type { PlaybookKind } from './kinds.ts'
import { agentKindNames, factsOf, kindNames } from './kinds.ts'

/** As in criteria: small letters, digits and hyphens. */
export const playbookName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'small letters, digits and hyphens, at most 60').refine((name) => name !== 'schema' && name !== 'dry-run', 'schema and dry-run are addresses of the API; take another name')
const stepId = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'small letters, digits and hyphens, a letter first, at most 40')
const condition = z.string().min(1).max(2_000)
const paramName = /^[a-z][A-Za-z0-9_]{0,39}$/

const described = { describe: z.string().max(500).optional().describe('What it is for, for whoever fills it in'), required: z.boolean().default(false).describe('Whether it has to be given; else it needs a default') }
const paramSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('string').describe('Text'), ...described, default: z.string().max(2_000).optional().describe('What it is when nobody says') }),
  z.strictObject({ type: z.literal('number').describe('A number'), ...described, default: z.number().optional().describe('What it is when nobody says') }),
  z.strictObject({ type: z.literal('boolean').describe('true or false'), ...described, default: z.boolean().optional().describe('What it is when nobody says') }),
  z.strictObject({ type: z.literal('choice').describe('One of several words'), ...described, of: z.array(z.string().min(1).max(200)).min(1).max(100).describe('The words'), default: z.string().optional().describe('What it is when nobody says') }),
])
export type ParamDeclaration = z.output<typeof paramSchema>

const retry = z
  .strictObject({
    times: z.number().int().min(1).max(20).describe('How often a failed attempt is repeated by itself'),
    backoff: durationSchema.default('1s').describe('The pause before the first repetition; it doubles every time'),
    max: durationSchema.default('1m').describe('The longest pause'),
  })
  .describe('Only where doing it twice is the same as once')

type ParamsOf = (kind: PlaybookKind) => z.ZodType
interface ActionForm {
  kind: PlaybookKind
  with: Record<string, unknown>
  readOnly?: true
}

/** One action of an agent: what a check asks, what a compensation does. */
const actionsOf = (params: ParamsOf, looking: boolean): z.ZodType<ActionForm> =>
  z.discriminatedUnion('kind', agentKindNames.map((kind) => z.strictObject({
    kind: z.literal(kind).describe(factsOf(kind).about),
    with: params(kind).describe('Its parameters'),
    ...(kind === 'shell' && looking ? { readOnly: z.literal(true).optional().describe('The author vouches that the command only looks') } : {}),
  })) as unknown as [z.ZodObject]) as unknown as z.ZodType<ActionForm>

const common = {
  id: stepId.describe('How other steps and the run call it'),
  describe: z.string().max(500).optional().describe('What it is for'),
  if: condition.optional().describe('CEL over situation, params and step: left out where it is false. Evaluated when the plan is made'),
  each: z.enum(['once', 'region', 'target']).default('once').describe('Done once, in every region of the moves, or for every service in every region'),
  region: z.string().min(1).max(100).optional().describe('Only once: the region whose agents do it; the first that moves when left out'),
  timeout: durationSchema.optional().describe('When it counts as failed'),
  retry: retry.optional(),
  repeatable: z.boolean().optional().describe('Whether doing it twice is the same as once'),
  locks: z.array(z.string().regex(/^[a-z0-9][a-z0-9/:._-]{0,99}$/, 'small letters, digits and . / : _ -, at most 100')).max(20).default([]).describe('Named locks that the run holds: two runs with one in common wait for each other'),
  after: z.array(z.string()).max(50).optional().describe('The steps it waits for; the one before it when left out, none at all as []'),
}

interface StepForm {
  id: string
  kind: PlaybookKind
  with: Record<string, unknown>
  describe?: string
  if?: string
  each: 'once' | 'region' | 'target'
  region?: string
  timeout?: string
  retry?: { times: number; backoff: string; max: string }
  repeatable?: boolean
  check?: ActionForm
  compensate?: ActionForm
  locks: string[]
  after?: string[]
}

const stepsOf = (params: ParamsOf): z.ZodType<StepForm> => {
  const actions = {
    check: actionsOf(params, true).optional().describe('Read-only: is it done already? Asked before a second attempt whose first ended without a known outcome'),
    compensate: actionsOf(params, false).optional().describe('What takes it back; done only when a person asks for it'),
  }
  return z.discriminatedUnion('kind', kindNames.map((kind) => {
    const own = params(kind).describe('Its parameters')
    // `validate` takes nothing, so nothing need be written.
    return z.strictObject({ ...common, ...actions, kind: z.literal(kind).describe(factsOf(kind).about), with: kind === 'validate' ? own.prefault({}) : own })
  }) as unknown as [z.ZodObject]) as unknown as z.ZodType<StepForm>
}

const formOf = (params: ParamsOf) =>
  z.strictObject({
    v: z.literal(1).describe('The version of this form'),
    name: playbookName.describe('Its name; the next revision has the same'),
    description: z.string().max(2_000).optional().describe('What it is for'),
    when: condition.optional().describe('CEL over situation: which situations it is for. Without it, it is used only where somebody names it'),
    params: z.record(z.string().regex(paramName, 'a small letter, then letters, digits and _'), paramSchema).default({}).describe('What whoever uses it has to say, by name'),
    steps: z.array(stepsOf(params)).min(1).max(100).describe('What is done, in this order unless `after` says otherwise'),
  })

/** A playbook with every value known. */
export const playbookSchema = formOf((kind) => factsOf(kind).with)
/** A playbook as people write it, with references where values will be. What the parts say of each other is checked by `parsePlaybook`. */
export const writtenSchema = formOf(() => z.record(z.string(), z.unknown()))
export type Playbook = z.output<typeof writtenSchema>
export type PlaybookStep = Playbook['steps'][number]
