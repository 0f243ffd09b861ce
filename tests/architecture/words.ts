import ts from 'typescript'
import type { Source } from './source.ts'
import { isTest, lineOf } from './source.ts'

type Look = (node: ts.Node) => string | null

/** Where a node is that should not be, as `path:line: what`. */
function findNodes({ path, tree }: Source, look: Look): string[] {
  const found: string[] = []
  const walk = (node: ts.Node): void => {
    const what = look(node)
    if (what) found.push(`${path}:${lineOf(tree, node)}: ${what}`)
    ts.forEachChild(node, walk)
  }
  walk(tree)
  return found
}

const member = (node: ts.Node, object: string, property: string): boolean => {
  if (ts.isPropertyAccessExpression(node)) return ts.isIdentifier(node.expression) && node.expression.text === object && node.name.text === property
  return ts.isElementAccessExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === object && ts.isStringLiteralLike(node.argumentExpression) && node.argumentExpression.text === property
}

const calls = (node: ts.Node, ...names: string[]): boolean => ts.isCallExpression(node) && ts.isIdentifier(node.expression) && names.includes(node.expression.text)

/** Time, chance and ids come in through the door, and neither rules nor commands have a network. */
const clockOrChance: Look = (node) => {
  if (member(node, 'Date', 'now')) return 'Date.now'
  if (member(node, 'Math', 'random')) return 'Math.random'
  if (member(node, 'performance', 'now')) return 'performance.now'
  if (ts.isNewExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'Date' && !node.arguments?.length) return 'new Date()'
  if (calls(node, 'Date')) return 'Date()'
  if (calls(node, 'randomUUID', 'randomBytes', 'randomInt') || (ts.isPropertyAccessExpression(node) && node.name.text === 'randomUUID')) return 'a random id'
  if (calls(node, 'fetch')) return 'fetch'
  if (calls(node, 'setTimeout', 'setInterval')) return 'a timer'
  return null
}

const outside: Look = (node) => {
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression) && ['process', 'console'].includes(node.expression.text)) return `${node.expression.text}.${node.name.text}`
  return clockOrChance(node)
}

const product = (sources: readonly Source[], where: RegExp): Source[] => sources.filter(({ path }) => where.test(path) && !isTest(path))

export const worldlyRules = (sources: readonly Source[]): string[] => product(sources, /^lib\/[^/]+\/rules\//).flatMap((source) => findNodes(source, outside))
export const worldlyCommands = (sources: readonly Source[]): string[] => product(sources, /^lib\/[^/]+\/commands\//).flatMap((source) => findNodes(source, clockOrChance))

/** The environment is read in one place, where every setting is declared. server.ts hands settings on to libraries that read it themselves. */
export const readingTheEnvironment = (sources: readonly Source[]): string[] =>
  product(sources, /^(app|components|lib)\/|^[^/]+\.tsx?$/)
    .filter(({ path }) => path !== 'lib/platform/env.ts' && path !== 'server.ts' && !/^[^/]+\.config\.ts$/.test(path))
    .flatMap((source) => findNodes(source, (node) => (member(node, 'process', 'env') ? 'reads process.env; declare the setting in lib/platform/env.ts' : null)))

const framework = /^app\/(.*\/)?(page|layout|template|loading|error|global-error|not-found|default|route|icon|manifest|robots)\.tsx?$|^[^/]+\.config\.ts$|^proxy\.ts$|^tests\/(support\/cluster|e2e\/stack)\.ts$/

/** What is exported has a name, except where the framework asks otherwise. */
export const defaultExports = (sources: readonly Source[]): string[] =>
  sources
    .filter(({ path }) => !framework.test(path))
    .flatMap((source) =>
      findNodes(source, (node) => {
        if (ts.isExportAssignment(node)) return 'a default export'
        if (ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)) return 'a default export'
        if (ts.isExportSpecifier(node) && node.name.text === 'default') return 'a default export'
        return null
      }),
    )

/** A file that only exports what others export hides where things live. */
export const barrels = (sources: readonly Source[]): string[] =>
  sources.filter(({ tree }) => tree.statements.length > 0 && tree.statements.every((one) => ts.isExportDeclaration(one) && one.moduleSpecifier !== undefined)).map(({ path }) => `${path}: exports only what other files export`)

const longest = 300

/** Hand-written files that are longer than one can hold in mind; each excuse has its reason. */
export const longFiles = (sources: readonly Source[], excused: Readonly<Record<string, string>>): string[] => [
  ...sources.flatMap(({ path, text }) => {
    const lines = text.trimEnd().split('\n').length
    return lines > longest && !(path in excused) ? [`${path}: ${lines} lines; split it, or give a reason in tests/architecture/architecture.test.ts`] : []
  }),
  ...Object.keys(excused).flatMap((path) => (sources.some((source) => source.path === path && source.text.trimEnd().split('\n').length > longest) ? [] : [`${path}: is excused from ${longest} lines and needs it no more`])),
]

/** Whether a file begins with this directive. */
export const hasDirective = ({ tree }: Source, directive: string): boolean => {
  const first = tree.statements[0]
  return first !== undefined && ts.isExpressionStatement(first) && ts.isStringLiteral(first.expression) && first.expression.text === directive
}
