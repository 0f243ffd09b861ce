import { readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { VerifierKey } from '#lib/platform/rules/checkpoint.ts'
import { readVerifierKey } from '#lib/platform/rules/note-signing.ts'

/* Exit codes of everything that verifies: 0 all is well, 1 something is wrong and was named, 2 it cannot be told. */

export const exitCodes = { well: 0, wrong: 1, unknown: 2 } as const

/** It cannot be told whether all is well: a file that cannot be read, no key that is trusted. */
export class CannotTell extends Error {
  override readonly name = 'CannotTell'
}

/** The lines of a file, as they are read. A file that is not there is told when it is asked for. */
export async function* linesOf(path: string): AsyncGenerator<string> {
  try {
    const file = await open(path)
    for await (const line of file.readLines()) yield line
  } catch (error) {
    throw new CannotTell(`${path} cannot be read: ${(error as Error).message}`)
  }
}

/** Keys as given: each the text itself, or a file with one a line. */
export function keysFrom(given: readonly string[]): VerifierKey[] {
  return given.flatMap((one) => {
    if (/\+[0-9a-f]{8}\+/.test(one)) return [keyOf(one)]
    let text: string
    try {
      text = readFileSync(one, 'utf8')
    } catch (error) {
      throw new CannotTell(`--key ${one}: neither a key (host/records+1a2b3c4d+AZ…=) nor a file that can be read: ${(error as Error).message}`)
    }
    const keys = text.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'))
    if (keys.length === 0) throw new CannotTell(`--key ${one}: this file holds no key`)
    return keys.map(keyOf)
  })
}

function keyOf(text: string): VerifierKey {
  const read = readVerifierKey(text)
  if (!read.ok) throw new CannotTell(read.because)
  return read.key
}

/** A text file, refused where it is not UTF-8: a byte that cannot be read must not pass for another. */
export function readText(path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path))
  } catch (error) {
    if (error instanceof TypeError) return '\u0000'
    throw new CannotTell(`${path} cannot be read: ${(error as Error).message}`)
  }
}
