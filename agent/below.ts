import { realpathSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import { Because } from './because.ts'

/** A path below a configured folder, wherever links on the way lead. */
export function below(root: string, path: string, what: string): string {
  const real = (one: string): string => {
    try {
      return realpathSync(one)
    } catch {
      throw new Because(`${what}: there is no ${path} below ${root}`)
    }
  }
  const [folder, found] = [real(root), real(resolve(root, path))]
  if (found !== folder && !found.startsWith(folder + sep)) throw new Because(`${what}: ${path} leads out of ${root}`)
  return found
}
