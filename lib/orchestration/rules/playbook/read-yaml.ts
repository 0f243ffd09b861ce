import type { Node, Pair } from 'yaml'
import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, Scalar, visit } from 'yaml'

export type Path = readonly (string | number)[]

/** Something that is wrong, and where: lines and columns count from 1. */
export interface PlaybookProblem {
  line: number
  column: number
  /** As `steps.1.with.url`; empty for the whole. */
  field: string
  message: string
}

export interface Yaml {
  value: unknown
  problems: PlaybookProblem[]
  /** A problem at the value of a path (or its key), `offset` characters into its text. Where the path is not there, at what would hold it. */
  problem(path: Path, message: string, at?: { key?: boolean; offset?: number }): PlaybookProblem
}

const maxCharacters = 200_000
const fieldOf = (path: Path): string => path.map(String).join('.')

/** YAML with the place of everything in it. What is not plain data (aliases, tags, several documents) is a problem. */
export function readYaml(text: string): Yaml {
  const lines = new LineCounter()
  const whole = (message: string): Yaml => {
    const problem = (path: Path, said: string): PlaybookProblem => ({ line: 1, column: 1, field: fieldOf(path), message: said })
    return { value: undefined, problems: [problem([], message)], problem }
  }
  if (text.length > maxCharacters) return whole(`a playbook has at most ${maxCharacters} characters`)
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, schema: 'core', uniqueKeys: true })
  const at = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(Math.min(offset, text.length))
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const problems = [...document.errors, ...document.warnings].map(({ pos, message }): PlaybookProblem => ({ ...at(pos[0]), field: '', message: `not YAML: ${sentence(message)}` }))
  visit(document, {
    Alias: (_, { range }) => void problems.push({ ...at(range?.[0] ?? 0), field: '', message: 'aliases are refused: write it where it is used' }),
    Pair: (_, { key }) => {
      if (isScalar(key) && key.value === '__proto__') problems.push({ ...at(key.range?.[0] ?? 0), field: '__proto__', message: 'there is no field `__proto__` here' })
    },
  })
  const problem: Yaml['problem'] = (path, message, { key = false, offset = 0 } = {}) => ({ ...at(offsetOf(document.contents, path, key, offset, text)), field: fieldOf(path), message })
  return { value: problems.length > 0 ? undefined : (document.toJS() as unknown), problems, problem }
}

const sentence = (message: string): string => `${message.charAt(0).toLowerCase()}${message.slice(1)}`

/** Where a path stands in the text, in characters from its start. */
function offsetOf(root: Node | null, path: Path, key: boolean, offset: number, text: string): number {
  let node: Node | null = root
  let start = root?.range?.[0] ?? 0
  for (const [depth, part] of path.entries()) {
    const last = depth === path.length - 1
    const pair: Pair | undefined = isMap(node) ? node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(part)) : undefined
    const next = pair ? (pair.value as Node | null) : isSeq(node) ? ((node.items[Number(part)] as Node | undefined) ?? null) : null
    const keyStart = (pair?.key as Node | undefined)?.range?.[0]
    if (!pair && !next) return start
    if (last && key && keyStart !== undefined) return keyStart
    start = next?.range?.[0] ?? keyStart ?? start
    node = next
  }
  return offset > 0 && isScalar(node) ? insideScalar(node, start, offset, text) : start
}

/** Where a character of a scalar's text stands; the scalar's start where the text was written in another form. */
function insideScalar(node: Scalar, start: number, offset: number, text: string): number {
  const value = String(node.value)
  const quoted = node.type === Scalar.QUOTE_DOUBLE || node.type === Scalar.QUOTE_SINGLE ? 1 : 0
  if (text.startsWith(value, start + quoted)) return start + quoted + offset
  if (node.type !== Scalar.BLOCK_LITERAL) return start
  const before = value.slice(0, offset).split('\n')
  const wanted = value.split('\n')[before.length - 1] ?? ''
  let lineStart = start
  for (let line = 0; line < before.length; line++) lineStart = text.indexOf('\n', lineStart) + 1
  return text.indexOf(wanted, lineStart) + (before.at(-1)?.length ?? 0)
}
