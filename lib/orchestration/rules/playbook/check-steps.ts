import { checkCondition } from './condition.ts'
import { paramsOf } from './check-form.ts'
import { isPlaybookKind, kinds } from './kinds.ts'
import { instead } from './nearest.ts'
import type { Path, PlaybookProblem, Yaml } from './read-yaml.ts'

type Fields = Record<string, unknown>

/** A step as far as it can be read: the parts are held against each other even where one of them has a wrong form. */
export interface LooseStep {
  at: number
  fields: Fields
  id: string | null
  kind: keyof typeof kinds | null
  params: Fields
  each: string
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)

export function looseSteps(value: unknown): LooseStep[] {
  const steps = isFields(value) && Array.isArray(value['steps']) ? (value['steps'] as unknown[]) : []
  return steps.flatMap((fields, at): LooseStep[] => {
    if (!isFields(fields)) return []
    const kind = textOf(fields['kind'])
    return [{ at, fields, id: textOf(fields['id']), kind: kind !== null && isPlaybookKind(kind) ? kind : null, params: isFields(fields['with']) ? fields['with'] : {}, each: textOf(fields['each']) ?? 'once' }]
  })
}

/** What is wrong between the parts of a playbook: order, conditions, and what each kind can and cannot have. */
export function checkSteps(yaml: Yaml): PlaybookProblem[] {
  const steps = looseSteps(yaml.value)
  return [...checkParams(yaml), ...checkConditions(yaml, steps), ...checkOrder(yaml, steps), ...checkDeploys(yaml, steps), ...steps.flatMap((step) => checkMeans(yaml, step))]
}

function checkParams(yaml: Yaml): PlaybookProblem[] {
  return Object.entries(paramsOf(yaml.value)).flatMap(([name, param]) => {
    const path: Path = ['params', name]
    if (param.default === undefined) return param.required ? [] : [yaml.problem(path, `nobody has to say \`${name}\`, so it needs a default; or make it required: true`)]
    if (param.required) return [yaml.problem([...path, 'default'], `\`${name}\` is required, so its default is never used: leave out one of the two`)]
    if (param.type === 'choice' && Array.isArray(param.of) && !param.of.includes(param.default)) return [yaml.problem([...path, 'default'], `the default is not among the choices ${param.of.join(', ')}`)]
    return []
  })
}

function checkConditions(yaml: Yaml, steps: readonly LooseStep[]): PlaybookProblem[] {
  const params = Object.fromEntries(Object.entries(paramsOf(yaml.value)).map(([name, { type }]) => [name, type]))
  const check = (path: Path, text: unknown, scope: Parameters<typeof checkCondition>[1]): PlaybookProblem[] =>
    typeof text === 'string' ? checkCondition(text, scope).map(({ at, message }) => yaml.problem(path, message, { offset: at })) : []
  return [
    // Nobody has given parameters yet when a playbook is looked for.
    ...check(['when'], isFields(yaml.value) ? yaml.value['when'] : undefined, { params: null, step: false }),
    ...steps.flatMap((step) => check(['steps', step.at, 'if'], step.fields['if'], { params, step: step.each !== 'once' })),
  ]
}

/** Names that steps wait for, and circles among them. */
function checkOrder(yaml: Yaml, steps: readonly LooseStep[]): PlaybookProblem[] {
  const problems: PlaybookProblem[] = []
  const ids = steps.flatMap((step) => step.id ?? [])
  for (const [index, step] of steps.entries()) {
    if (step.id !== null && steps.findIndex((one) => one.id === step.id) < index) problems.push(yaml.problem(['steps', step.at, 'id'], `there is already a step \`${step.id}\`; ids are unique`))
    for (const [at, name] of afterOf(step).entries()) if (typeof name === 'string' && !ids.includes(name)) problems.push(yaml.problem(['steps', step.at, 'after', at], `there is no step \`${name}\`${instead(name, ids)}`))
  }
  const circle = circleOf(steps)
  if (circle) {
    const told = [...circle].sort((a, b) => a.at - b.at).find((step) => afterOf(step).length > 0) ?? circle[0]
    problems.push(yaml.problem(['steps', told?.at ?? 0, 'after'], `the steps wait for each other in a circle: ${[...circle, circle[0]].map((step) => step?.id).join(' → ')}`))
  }
  return problems
}

const afterOf = ({ fields }: LooseStep): unknown[] => (Array.isArray(fields['after']) ? (fields['after'] as unknown[]) : [])

/** Steps of which each waits for the one before it in the list and the first for the last, or null. */
function circleOf(steps: readonly LooseStep[]): LooseStep[] | null {
  const waitsFor = (step: LooseStep, index: number): LooseStep[] => (Array.isArray(step.fields['after']) ? steps.filter((one) => afterOf(step).includes(one.id)) : steps.slice(Math.max(0, index - 1), index))
  const done = new Set<LooseStep>()
  const visit = (step: LooseStep, trail: LooseStep[]): LooseStep[] | null => {
    if (trail.includes(step)) return trail.slice(trail.indexOf(step)).reverse()
    if (done.has(step)) return null
    for (const next of waitsFor(step, steps.indexOf(step))) {
      const circle = visit(next, [...trail, step])
      if (circle) return circle
    }
    done.add(step)
    return null
  }
  for (const step of steps) {
    const circle = visit(step, [])
    if (circle) return circle
  }
  return null
}

function checkDeploys(yaml: Yaml, steps: readonly LooseStep[]): PlaybookProblem[] {
  const deploys = steps.filter((step) => step.kind === 'deploy')
  return [
    ...deploys.slice(1).map((step) => yaml.problem(['steps', step.at, 'kind'], `the planned moves are made once, and \`${deploys[0]?.id ?? 'another step'}\` makes them already`)),
    ...deploys.flatMap((step) => ['each', 'region', 'timeout', 'retry', 'repeatable', 'check', 'compensate'].filter((field) => field in step.fields).map((field) => yaml.problem(['steps', step.at, field], `the planner decides about the moves: leave \`${field}\` out`, { key: true }))),
  ]
}

/** What a step of this kind can have: a check that only looks, a way back where there is something to take back, repetition where twice is once. */
function checkMeans(yaml: Yaml, { at, kind, fields, params, each }: LooseStep): PlaybookProblem[] {
  if (kind === null || kind === 'deploy') return []
  const facts = kinds[kind]
  const problem = (field: string, message: string): PlaybookProblem => yaml.problem(['steps', at, field], message, { key: true })
  const problems: PlaybookProblem[] = []
  if ('region' in fields && each !== 'once') problems.push(problem('region', `each: ${each} says where it is done: leave \`region\` out`))
  if (facts.by === 'center') {
    for (const field of ['check', 'compensate', 'retry', 'region']) if (field in fields) problems.push(problem(field, `the command center does ${kind} itself: it has no \`${field}\``))
    return problems
  }
  const repeatable = typeof fields['repeatable'] === 'boolean' ? fields['repeatable'] : facts.repeatable(params)
  if ('retry' in fields && !repeatable) problems.push(problem('retry', 'only what is the same done twice is repeated by itself: say repeatable: true if it is, or leave retry out'))
  if (fields['repeatable'] === true && kind === 'kubernetes' && !facts.repeatable(params)) problems.push(problem('repeatable', 'undone twice, it is back where it was: name toRevision'))
  if (isFields(fields['compensate'])) {
    const back = actionOf(fields['compensate'])
    if (facts.readOnly(params) === true) problems.push(problem('compensate', `this ${kind} changes nothing, so there is nothing to take back`))
    else if (back.readOnly === true) problems.push(problem('compensate', `this ${back.kind} changes nothing, so it takes nothing back`))
  }
  if (isFields(fields['check'])) {
    const { kind: asks, readOnly } = actionOf(fields['check'])
    if (readOnly === false) problems.push(problem('check', `a check only looks, and this ${asks} changes something`))
    if (readOnly === 'unknown' && fields['check']['readOnly'] !== true) problems.push(problem('check', `a check only looks, and nobody can tell what this ${asks} does: say readOnly: true beside it if you vouch for it`))
  }
  return problems
}

/** The kind of a check or compensation, and whether it changes anything; null where its form is wrong, which is said elsewhere. */
function actionOf(action: Fields): { kind: string; readOnly: boolean | 'unknown' | null } {
  const kind = textOf(action['kind']) ?? ''
  return { kind, readOnly: isPlaybookKind(kind) && isFields(action['with']) && kinds[kind].by === 'agent' ? kinds[kind].readOnly(action['with']) : null }
}
