import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path/posix'
import ts from 'typescript'
import { filesBelow, root } from '#scripts/files.ts'

export interface Import {
  /** As written. */
  specifier: string
  /** The file it means, relative to the checkout; null for a package. */
  file: string | null
  /** Gone once compiled. */
  typeOnly: boolean
  line: number
}

export interface Source {
  path: string
  text: string
  imports: Import[]
  tree: ts.SourceFile
}

const aliases: Record<string, string> = { '#lib/': 'lib/', '#components/': 'components/', '#agent/': 'agent/', '#demo/': 'demo/', '#tests/': 'tests/', '#scripts/': 'scripts/', '#prisma/': 'prisma/' }

function meaning(from: string, specifier: string): string | null {
  if (specifier.startsWith('.')) return normalize(join(dirname(from), specifier))
  const alias = Object.keys(aliases).find((one) => specifier.startsWith(one))
  return alias ? `${aliases[alias] ?? ''}${specifier.slice(alias.length)}` : null
}

/** Whether nothing of this import or export is left once compiled. */
function erased(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly || (node.exportClause !== undefined && ts.isNamedExports(node.exportClause) && node.exportClause.elements.length > 0 && node.exportClause.elements.every((one) => one.isTypeOnly))
  const clause = node.importClause
  if (!clause) return false
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true
  const named = clause.namedBindings
  return !clause.name && named !== undefined && ts.isNamedImports(named) && named.elements.length > 0 && named.elements.every((one) => one.isTypeOnly)
}

/** A file with what it imports: static, re-exported, dynamic, and in types. The compiler reads it, so strings and comments do not count. */
export function readSource(path: string, text: string): Source {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS)
  const imports: Import[] = []
  const add = (node: ts.Node, specifier: ts.Node, typeOnly: boolean): void => {
    if (!ts.isStringLiteralLike(specifier)) return
    imports.push({ specifier: specifier.text, file: meaning(path, specifier.text), typeOnly, line: lineOf(tree, node) })
  }
  const walk = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier, erased(node))
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node, node.moduleSpecifier, erased(node))
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword && node.arguments[0]) add(node, node.arguments[0], false)
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node, node.argument.literal, true)
    ts.forEachChild(node, walk)
  }
  walk(tree)
  return { path, text, imports, tree }
}

export const lineOf = (tree: ts.SourceFile, node: ts.Node): number => tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1

/** Tests may do what the product may not: make times and ids, plant faults, look anywhere. */
export const isTest = (path: string): boolean => /\.(test|bench|e2e)\.tsx?$/.test(path) || path.startsWith('tests/')

/** Every TypeScript file of the checkout that people wrote. */
export const readSources = (from: string = root): Source[] =>
  filesBelow('.', from)
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'))
    .map((path) => readSource(path, readFileSync(join(from, path), 'utf8')))
