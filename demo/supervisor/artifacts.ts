import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { unpackTar } from '../artifacts/tar.ts'

const hundredMegabytes = 100 * 1024 * 1024

export interface Artifacts {
  has(digest: string): boolean
  /** Null when it is staged, else the sentence why not. */
  put(digest: string, bytes: Buffer): string | null
  folderOf(digest: string): string
}

export const isDigest = (text: string): boolean => /^sha256:[0-9a-f]{64}$/.test(text)

/** Unpacked releases by digest. A folder is there whole or not at all: it is renamed into place. */
export function keepArtifacts(folder: string, modules: string): Artifacts {
  mkdirSync(folder, { recursive: true })
  const link = join(folder, 'node_modules')
  rmSync(link, { force: true })
  symlinkSync(modules, link)
  const folderOf = (digest: string): string => join(folder, digest.replace(':', '-'))
  const has = (digest: string): boolean => isDigest(digest) && existsSync(folderOf(digest))

  return {
    has,
    folderOf,
    put: (digest, bytes) => {
      const computed = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
      if (computed !== digest) return `the bytes are ${computed}, not ${digest}`
      if (has(digest)) return null
      const temporary = join(folder, `.${randomUUID()}`)
      try {
        for (const { path, content } of unpackTar(gunzipSync(bytes, { maxOutputLength: hundredMegabytes }))) {
          mkdirSync(dirname(join(temporary, path)), { recursive: true })
          writeFileSync(join(temporary, path), content)
        }
        if (!existsSync(join(temporary, 'release.json'))) return 'the archive has no release.json'
        renameSync(temporary, folderOf(digest))
        return null
      } catch (error) {
        return `the archive cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`
      } finally {
        rmSync(temporary, { recursive: true, force: true })
      }
    },
  }
}
