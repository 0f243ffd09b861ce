import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

/** The checkout. */
export const root: string = join(import.meta.dirname, '..')

const never = new Set(['node_modules', '.git', '.next', '.knowngood', 'generated', 'test-results', 'playwright-report', '.screenshots'])

/** Every file below a folder (or the file itself) that people wrote, relative to the checkout, in a fixed order. */
export function filesBelow(path: string, from: string = root): string[] {
  const whole = join(from, path)
  if (!existsSync(whole)) return []
  if (statSync(whole).isFile()) return [path]
  return readdirSync(whole, { withFileTypes: true })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      if (never.has(entry.name)) return []
      const inner = relative(from, join(whole, entry.name)).split(sep).join('/')
      if (entry.isDirectory()) return filesBelow(inner, from)
      return entry.isFile() ? [inner] : []
    })
}

/** One hash over the names and bytes of these files. */
export function hashFiles(paths: readonly string[], from: string = root): string {
  const hash = createHash('sha256')
  for (const path of paths) hash.update(path).update('\0').update(readFileSync(join(from, path))).update('\0')
  return hash.digest('hex')
}
