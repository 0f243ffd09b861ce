import type { ASTNode, TypeDeclaration } from '@marcbachmann/cel-js'
import { Environment } from '@marcbachmann/cel-js'
import { instead } from './nearest.ts'
import { situationTypes } from './situation.ts'

/** Nothing else can be called: no regular expression (one can take for ever), no clock, nothing untyped, nothing that makes text grow. */
const allowed = new Set(['size', 'has', 'exists', 'all', 'exists_one', 'map', 'filter', 'startsWith', 'endsWith', 'contains', 'lowerAscii', 'upperAscii', 'trim', 'int', 'double', 'string'])
const loops = new Set(['exists', 'all', 'exists_one', 'map', 'filter'])
const maxNodes = 500
const maxNesting = 2
/** Times that anything inside a condition may be evaluated, reckoned before it is. */
const maxRounds = 100_000
/** A list of the situation is never longer: a plan names at most so many services. */
const longestList = 100

const limits = { maxAstNodes: maxNodes, maxDepth: 60, maxListElements: longestList, maxMapEntries: 20, maxCallArguments: 8 }

export interface Fault {
  /** Where in the condition, in characters. */
  at: number
  message: string
}

export interface Scope {
  params: Readonly<Record<string, 'string' | 'number' | 'boolean' | 'choice'>> | null
  step: boolean
}

const celOf = { string: 'string', choice: 'string', number: 'double', boolean: 'bool' } as const
type Schema = Record<string, string | TypeDeclaration>

function schemasOf({ params, step }: Scope): Record<string, Schema> {
  return {
    situation: { ...situationTypes },
    ...(params ? { params: Object.fromEntries(Object.entries(params).map(([name, type]) => [name, celOf[type]])) } : {}),
    ...(step ? { step: { region: 'string', service: 'string' } } : {}),
  }
}

/** CEL in which exactly these variables exist, each with its type. */
function environmentOf(scope: Scope): Environment {
  const environment = new Environment({ unlistedVariablesAreDyn: false, limits })
  for (const [name, schema] of Object.entries(schemasOf(scope))) environment.registerVariable({ name, schema } as Parameters<Environment['registerVariable']>[0])
  return environment
}

/** What is wrong with a condition before anything is known of a situation: how it is written, what it speaks of, what it could cost. */
export function checkCondition(text: string, scope: Scope): Fault[] {
  const environment = environmentOf(scope)
  let ast: ASTNode
  try {
    ast = environment.parse(text).ast
  } catch (error) {
    return [faultOf(error, text, scope)]
  }
  const unsafe: Fault[] = []
  const rounds = roundsOf(ast, 1, 0, unsafe)
  if (rounds > maxRounds) unsafe.push({ at: 0, message: `this could take ${rounds} rounds, and at most ${maxRounds} are allowed` })
  if (unsafe.length > 0) return unsafe
  const { valid, type, error } = environment.check(text)
  if (!valid) return [faultOf(error, text, scope)]
  return type === 'bool' ? [] : [{ at: 0, message: `a condition is true or false, and this is ${type ?? 'something else'}` }]
}

/** Whether the condition holds, or why it cannot be said: that is never the same as `false`. */
export function evaluateCondition(text: string, scope: Scope, values: Record<string, Record<string, unknown>>): { holds: boolean } | { because: string } {
  const types = schemasOf(scope)
  const typed = Object.fromEntries(Object.entries(values).map(([name, of]) => [name, Object.fromEntries(Object.entries(of).map(([key, value]) => [key, types[name]?.[key] === 'int' ? BigInt(value as number) : value]))]))
  try {
    const holds: unknown = environmentOf(scope).evaluate(text, typed)
    return typeof holds === 'boolean' ? { holds } : { because: 'it is neither true nor false' }
  } catch (error) {
    return { because: (error as { summary?: string }).summary ?? (error as Error).message }
  }
}

/** In words: what the library found, and what would be right. */
function faultOf(error: unknown, text: string, scope: Scope): Fault {
  const { code, summary = 'it cannot be read', range } = error as { code?: string; summary?: string; range?: { start: number } }
  const at = Math.min(range?.start ?? 0, text.length)
  const schemas = schemasOf(scope)
  const name = /: (\S+)$/.exec(summary)?.[1] ?? ''
  if (code === 'unknown_variable') return { at, message: `there is no variable \`${name}\`${instead(name, Object.keys(schemas))}` }
  if (code === 'no_such_key') {
    const owner = /(\w+)\s*\.\s*$/.exec(text.slice(0, at))?.[1] ?? ''
    return { at, message: `\`${owner}\` has no \`${name}\`${instead(name, Object.keys(schemas[owner] ?? {}))}` }
  }
  if (/maximum|exceeded|limit/i.test(summary)) return { at, message: `a condition has at most ${maxNodes} parts: ${lower(summary)}` }
  return { at, message: `this condition cannot be read: ${lower(summary)}` }
}

const lower = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`

/** An upper bound of how often the parts of a condition are evaluated; says on the way what may not be in it. */
function roundsOf(node: ASTNode, times: number, nesting: number, unsafe: Fault[]): number {
  const at = node.range.start
  if (node.op === 'call' || node.op === 'rcall') {
    const name = node.args[0]
    if (!allowed.has(name)) {
      unsafe.push({ at, message: name === 'matches' ? '`matches` is refused: a regular expression can take for ever; use startsWith, endsWith, contains or in' : `\`${name}\` cannot be used here; there is ${[...allowed].join(', ')}` })
      return 0
    }
    if (node.op === 'rcall' && loops.has(name)) {
      const [, source, args] = node.args
      if (nesting >= maxNesting) {
        unsafe.push({ at, message: `loops inside loops: at most ${maxNesting} deep` })
        return 0
      }
      const inner = times * sizeOf(source)
      return roundsOf(source, times, nesting, unsafe) + args.slice(1).reduce((sum, one) => sum + roundsOf(one, inner, nesting + 1, unsafe), 0)
    }
  }
  return times + childrenOf(node).reduce((sum, child) => sum + roundsOf(child, times, nesting, unsafe), 0)
}

/** How long a list can be at most. */
function sizeOf(node: ASTNode): number {
  if (node.op === 'list') return node.args.length
  if (node.op === '+') return sizeOf(node.args[0]) + sizeOf(node.args[1])
  if (node.op === '?:') return Math.max(sizeOf(node.args[1]), sizeOf(node.args[2]))
  if (node.op === 'rcall' && (node.args[0] === 'map' || node.args[0] === 'filter')) return sizeOf(node.args[1])
  return longestList
}

const isNode = (value: unknown): value is ASTNode => typeof value === 'object' && value !== null && 'op' in value

/** The nodes right below one, whatever its form: what is not known to be harmless is looked into. */
function childrenOf(node: ASTNode): ASTNode[] {
  const below = (value: unknown): ASTNode[] => (isNode(value) ? [value] : Array.isArray(value) ? value.flatMap(below) : [])
  return below(node.args)
}
