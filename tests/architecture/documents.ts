import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { filesBelow } from '#scripts/files.ts'

/** A text in backticks that names a file or folder of the checkout: it starts with one of its folders, or is a file at its top. */
const folders = /^(app|components|lib|agent|cli|demo|scripts|tests|prisma|docs|deploy|bench|\.ci)\//
const topFile = /^[A-Za-z][\w.-]*\.(ts|js|mjs|json|md|yaml|yml)$/

/** Places that appear only while something runs. */
const made = /^(lib\/generated|docs\/api\/openapi)/

/** The paths that a document promises, with their lines. Patterns (`*`, `<name>`, `…`, `:id`) promise none. */
export const promisedPaths = (text: string): { path: string; line: number }[] =>
  text.split('\n').flatMap((line, at) =>
    [...line.matchAll(/`([^`\s]+)`/g)].flatMap(([, inside = '']) => {
      const path = inside.replace(/[:#]\d+(-\d+)?$/, '').replace(/\/$/, '')
      const pattern = /[*<>{}…:$]|\.\.\./.test(path)
      return !pattern && (folders.test(path) || topFile.test(path)) ? [{ path, line: at + 1 }] : []
    }),
  )

/** Promises that are not kept. A path may be seen from the top or from beside the document; a bare name at the top speaks of any file called so, and below of files that a folder makes too. */
export function brokenPromises(document: string, text: string, exists: (path: string) => boolean, names: ReadonlySet<string>): string[] {
  const beside = document.includes('/') ? `${document.slice(0, document.lastIndexOf('/'))}/` : ''
  return promisedPaths(text).flatMap(({ path, line }) => (made.test(path) || exists(path) || exists(beside + path) || (!path.includes('/') && (beside !== '' || names.has(path))) ? [] : [`${document}:${line}: there is no ${path}`]))
}

/** Every document of the checkout, held against its files. */
export function allBrokenPromises(root: string): string[] {
  const paths = filesBelow('.', root)
  const names = new Set(paths.map((path) => basename(path)))
  return paths.filter((path) => path.endsWith('.md')).flatMap((path) => brokenPromises(path, readFileSync(join(root, path), 'utf8'), (one) => existsSync(join(root, one)), names))
}

/** Where the links of a document lead, without those to other sites. */
export const linksIn = (text: string): string[] => [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target).filter((target) => !/^[a-z]+:/.test(target))

/** Links between documents that lead nowhere. */
export const brokenLinks = (root: string): string[] =>
  filesBelow('.', root)
    .filter((path) => path.endsWith('.md'))
    .flatMap((path) => linksIn(readFileSync(join(root, path), 'utf8')).flatMap((target) => (existsSync(join(root, path, '..', decodeURI(target))) ? [] : [`${path}: the link to ${target} leads nowhere`])))
