import type { z } from 'zod'
import type { ParamDeclaration, Playbook } from './document.ts'
import { playbookSchema, writtenSchema } from './document.ts'
import { instead } from './nearest.ts'
import type { Path, PlaybookProblem, Yaml } from './read-yaml.ts'
import type { ReferenceType } from './references.ts'
import { mapTexts, partsOf, referable, referencesIn, wholeReference } from './references.ts'

type Issue = z.core.$ZodIssue

/** Whether a path leads into parameters of an action, where references may stand. */
export const takesReferences = (path: Path): boolean => path[0] === 'steps' && (path[2] === 'with' || path[2] === 'region' || ((path[2] === 'check' || path[2] === 'compensate') && path[3] === 'with'))

/**
 * Holds the form against what was written. A reference stands for a value that is not known yet, so an example of its
 * type is put in its place: that it is text where a number belongs is known now, whether it is a good address is not.
 */
export function checkForm(yaml: Yaml): { playbook: Playbook | null; problems: PlaybookProblem[] } {
  const params = paramsOf(yaml.value)
  const types = referable(params, true)
  const filled = new Map<string, ReferenceType | 'unknown'>()
  const example = mapTexts(yaml.value, (text, path) => {
    const [first] = takesReferences(path) ? referencesIn(text) : []
    if (!first) return takesReferences(path) ? partsOf(text).join('') : text
    const whole = wholeReference(text)
    const type = whole ? (types.get(whole.path) ?? 'unknown') : 'text'
    filled.set(path.join('.'), type)
    return type === 'unknown' ? 'x' : exampleOf(type, whole ? params[whole.path.replace(/^params\./, '')] : undefined)
  })
  const parsed = playbookSchema.safeParse(example, { error: wordsFor })
  const problems = parsed.success ? [] : parsed.error.issues.flatMap((issue) => problemsOf(yaml, issue, filled))
  return { playbook: problems.length === 0 ? writtenSchema.parse(yaml.value) : null, problems }
}

/** The declared parameters as far as they can be read. */
export function paramsOf(value: unknown): Record<string, ParamDeclaration> {
  const params = (value as { params?: unknown } | null)?.params
  if (typeof params !== 'object' || params === null) return {}
  return Object.fromEntries(Object.entries(params).filter(([, one]) => ['string', 'number', 'boolean', 'choice'].includes(String((one as { type?: unknown } | null)?.type)))) as Record<string, ParamDeclaration>
}

const exampleOf = (type: ReferenceType, declared: ParamDeclaration | undefined): unknown => declared?.default ?? (declared?.type === 'choice' ? declared.of?.[0] : { text: 'x', number: 1, boolean: true, list: ['x'] }[type])

const typeNames: Record<string, string> = { string: 'text', number: 'a number', int: 'a whole number', boolean: 'true or false', object: 'fields', record: 'fields', array: 'a list', null: 'nothing' }
const nameOfType = (value: unknown): string => (value === null || value === undefined ? 'nothing' : Array.isArray(value) ? 'a list' : (typeNames[typeof value] ?? 'something else'))

/** What would be right, in words. For unknown keys: the keys that there are, so that the nearest can be named. */
export function wordsFor(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'unrecognized_keys':
      return Object.keys((issue.inst as { _zod?: { def?: { shape?: object } } } | undefined)?._zod?.def?.shape ?? {}).join(' ')
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `${typeNames[issue.expected] ?? issue.expected} ${issue.expected === 'object' || issue.expected === 'record' ? 'are' : 'is'} expected here, not ${nameOfType(issue.input)}`
    case 'invalid_value':
      return issue.input === undefined ? 'is missing' : `${issue.values.length === 1 ? 'only' : 'one of'} ${issue.values.map(String).join(', ')} is expected here${typeof issue.input === 'string' ? instead(issue.input, issue.values.map(String)).replace(/^; there is.*/, '') : ''}`
    case 'too_small':
      return issue.origin === 'string' ? 'something has to be written here' : `at least ${String(issue.minimum)}${issue.origin === 'array' ? ' of them' : ''}`
    case 'too_big':
      return `at most ${String(issue.maximum)}${issue.origin === 'string' ? ' characters' : issue.origin === 'array' ? ' of them' : ''}`
    case 'invalid_union':
      return issue.discriminator === undefined ? 'none of the forms that can stand here' : undefined
    default:
      return undefined
  }
}

function problemsOf(yaml: Yaml, issue: Issue, filled: ReadonlyMap<string, ReferenceType | 'unknown'>): PlaybookProblem[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol')
  const type = filled.get(path.join('.'))
  // What a reference will be is not known yet, except its type.
  if (type !== undefined) return issue.code === 'invalid_type' && type !== 'unknown' && !(type === 'text' && issue.expected === 'string') ? [yaml.problem(path, issue.message.replace(/, not .*/, `, and this is ${type === 'text' ? 'text' : type === 'number' ? 'a number' : type === 'list' ? 'a list' : 'true or false'}`))] : []
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => yaml.problem([...path, key], `there is no field \`${key}\` here${instead(key, issue.message.split(' ').filter(Boolean))}`, { key: true }))
  if (issue.code === 'invalid_union') {
    const options = (issue as { options?: unknown[] }).options ?? []
    const found = path.reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], yaml.value)
    if (!issue.discriminator) return [yaml.problem(path, 'none of the forms that can stand here')]
    if (found === undefined) return [yaml.problem(path, `\`${String(path.at(-1))}\` is missing: ${options.join(', ')}`)]
    return [yaml.problem(path, `there is no ${String(path.at(-1))} \`${String(found)}\` here${instead(String(found), options.map(String))}`)]
  }
  if (issue.code === 'invalid_key') return [yaml.problem(path, `\`${String(path.at(-1))}\`: ${issue.issues[0]?.message ?? 'not a good name'}`, { key: true })]
  if (issue.message === 'is missing') return [yaml.problem(path, `\`${String(path.at(-1) ?? 'playbook')}\` is missing`)]
  return [yaml.problem(path, issue.message)]
}
