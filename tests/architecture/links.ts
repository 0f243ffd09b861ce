import ts from 'typescript'
import type { Source } from './source.ts'
import { isTest, lineOf } from './source.ts'

/** `/incidents/x`, with `x` for whatever is filled in; null where the address is not ours or not known here. */
function addressIn(node: ts.Expression): string | null {
  if (ts.isStringLiteralLike(node)) return node.text.startsWith('/') ? node.text : null
  if (!ts.isTemplateExpression(node) || !node.head.text.startsWith('/')) return null
  return node.head.text + node.templateSpans.map(({ literal }) => `x${literal.text}`).join('')
}

/** Where an address is written: `href=`, `href:`, and what goes to another page. */
function addressOf(node: ts.Node): ts.Expression | null {
  if (ts.isJsxAttribute(node) && node.name.getText() === 'href' && node.initializer) return ts.isStringLiteral(node.initializer) ? node.initializer : ts.isJsxExpression(node.initializer) ? (node.initializer.expression ?? null) : null
  if (ts.isPropertyAssignment(node) && node.name.getText() === 'href') return node.initializer
  if (!ts.isCallExpression(node)) return null
  const goes = ts.isIdentifier(node.expression) ? ['redirect', 'permanentRedirect'].includes(node.expression.text) : ts.isPropertyAccessExpression(node.expression) && /outer$/.test(node.expression.expression.getText()) && ['push', 'replace', 'prefetch'].includes(node.expression.name.text)
  return goes ? (node.arguments[0] ?? null) : null
}

const pattern = (path: string): RegExp => {
  const address = path.replace(/^app/, '').replace(/\/(page|route)\.tsx?$/, '').replaceAll(/\/\([^)]*\)/g, '')
  return new RegExp(`^${address.replaceAll(/\[\.\.\.[^\]]+\]/g, '.+').replaceAll(/\[[^\]]+\]/g, '[^/]+')}/?$`)
}

/** Links of our own pages that lead to no page. */
export function deadLinks(sources: readonly Source[]): string[] {
  const pages = sources.filter(({ path }) => /^app\/(.*\/)?(page|route)\.tsx?$/.test(path)).map(({ path }) => pattern(path))
  return sources.flatMap((source) => {
    if (!/^(app|components)\//.test(source.path) || isTest(source.path)) return []
    const dead: string[] = []
    const walk = (node: ts.Node): void => {
      const written = addressOf(node)
      const address = written ? addressIn(written)?.replace(/[?#].*$/, '') : undefined
      if (address && !pages.some((page) => page.test(address))) dead.push(`${source.path}:${lineOf(source.tree, node)}: no page answers ${address}`)
      ts.forEachChild(node, walk)
    }
    walk(source.tree)
    return dead
  })
}
