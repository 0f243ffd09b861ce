import ts from 'typescript'
import type { Source } from './source.ts'
import { isTest } from './source.ts'
import { hasDirective } from './words.ts'

const methods = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'])
const settings = new Set(['dynamic', 'runtime'])

interface Exported {
  name: string
  handled: boolean
}

function exportsOf({ tree }: Source): Exported[] {
  return tree.statements.flatMap((statement): Exported[] => {
    if (ts.isExportDeclaration(statement) || ts.isExportAssignment(statement)) return [{ name: statement.getText(tree).slice(0, 60), handled: false }]
    if (!ts.canHaveModifiers(statement) || !ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return []
    if (!ts.isVariableStatement(statement)) return [{ name: (statement as ts.FunctionDeclaration).name?.text ?? 'something', handled: false }]
    return statement.declarationList.declarations.map(({ name, initializer }) => ({
      name: name.getText(tree),
      handled: initializer !== undefined && ts.isCallExpression(initializer) && ts.isIdentifier(initializer.expression) && initializer.expression.text === 'handle' && initializer.arguments.length === 1 && initializer.arguments.every((one) => ts.isIdentifier(one)),
    }))
  })
}

const isRoute = (path: string): boolean => /^app\/api\/v1\/(.*\/)?route\.ts$/.test(path)

/** Every door is the same door: a route exports `handle(operation)` a method and nothing else, and does nothing else. */
export const ownDoors = (sources: readonly Source[]): string[] =>
  sources.flatMap((source) => {
    if (!source.path.startsWith('app/api/') || !/\/route\.tsx?$/.test(source.path)) return []
    // next-auth answers for itself; nothing else may.
    if (source.path === 'app/api/auth/[...nextauth]/route.ts') return []
    if (!isRoute(source.path)) return [`${source.path}: an API route outside app/api/v1`]
    const bad = exportsOf(source).filter(({ name, handled }) => !(settings.has(name) || (methods.has(name) && handled)))
    const extra = source.tree.statements.filter((one) => !ts.isImportDeclaration(one) && !ts.isVariableStatement(one))
    return [...bad.map(({ name }) => `${source.path}: ${name} is not \`METHOD = handle(operation)\``), ...(extra.length > 0 && bad.length === 0 ? [`${source.path}: does more than hand over`] : [])]
  })

/** `GET /api/v1/plans/[planId]`, as the file says it. */
const servedBy = (source: Source): string[] => {
  const address = `/${source.path.replace(/^app\//, '').replace(/\/route\.ts$/, '')}`.replaceAll(/\/\([^)]*\)/g, '')
  return exportsOf(source).filter(({ name }) => methods.has(name)).map(({ name }) => `${name} ${address}`)
}

/** Each operation has an address with a file that answers, and each file that answers is an operation's address. */
export function strayRoutes(routes: Readonly<Record<string, string>>, sources: readonly Source[]): string[] {
  const served = new Set(sources.filter(({ path }) => isRoute(path)).flatMap(servedBy))
  const declared = new Map(Object.entries(routes).map(([name, route]) => [route.replaceAll(/:(\w+)/g, '[$1]'), name]))
  return [
    ...[...declared].flatMap(([route, name]) => (served.has(route) ? [] : [`lib/client/routes.ts: ${name} is at ${route}, and no file answers there`])),
    ...[...served].flatMap((route) => (declared.has(route) ? [] : [`${route} answers, and lib/client/routes.ts does not name it`])),
  ]
}

/** What runs in the browser: everything that a client component brings along. */
const forBrowsers = /^(components|app)\/|^lib\/[^/]+\/((model|view)\.ts$|rules\/)|^lib\/client\/|^lib\/platform\/may\.ts$/

/** Client components know of the server only types, models, rules and the client: nothing else may reach a browser. */
export function serverCodeInBrowsers(sources: readonly Source[]): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]))
  const seen = new Set<string>()
  const found: string[] = []
  const visit = (source: Source): void => {
    if (seen.has(source.path)) return
    seen.add(source.path)
    for (const { file, specifier, typeOnly, line } of source.imports) {
      if (typeOnly) continue
      if (file === null) {
        if (/^node:|^(pg|pino|pg-boss|@prisma\/.*|next\/(headers|server))$/.test(specifier)) found.push(`${source.path}:${line}: ${specifier} cannot run in a browser`)
      } else if (/\.tsx?$/.test(file) && !forBrowsers.test(file)) found.push(`${source.path}:${line}: ${file} is for the server, and this reaches browsers`)
      else {
        const next = byPath.get(file)
        if (next) visit(next)
      }
    }
  }
  for (const source of sources) if (!isTest(source.path) && hasDirective(source, 'use client')) visit(source)
  return found
}
