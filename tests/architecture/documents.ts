import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
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

/** Promises that are not kept. A plain file name counts when it is at the top or beside the document. */
export function brokenPromises(document: string, text: string, exists: (path: string) => boolean): string[] {
  const beside = document.includes('/') ? `${document.slice(0, document.lastIndexOf('/'))}/` : ''
  return promisedPaths(text).flatMap(({ path, line }) => {
    if (made.test(path) || exists(path) || exists(beside + path)) return []
    // A bare name such as `model.ts` speaks of a kind of file; only those at the top are promises.
    if (!path.includes('/') && beside !== '') return []
    return [`${document}:${line}: there is no ${path}`]
  })
}

/** Every document of the checkout, held against its files. */
export const allBrokenPromises = (root: string): string[] =>
  filesBelow('.', root)
    .filter((path) => path.endsWith('.md'))
    .flatMap((path) => brokenPromises(path, readFileSync(join(root, path), 'utf8'), (one) => existsSync(join(root, one))))

/** Where the links of a document lead, without those to other sites. */
export const linksIn = (text: string): string[] => [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target).filter((target) => !/^[a-z]+:/.test(target))

/** Links between documents that lead nowhere. */
export const brokenLinks = (root: string): string[] =>
  filesBelow('.', root)
    .filter((path) => path.endsWith('.md'))
    .flatMap((path) => linksIn(readFileSync(join(root, path), 'utf8')).flatMap((target) => (existsSync(join(root, path, '..', decodeURI(target))) ? [] : [`${path}: the link to ${target} leads nowhere`])))
