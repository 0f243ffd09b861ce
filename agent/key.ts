import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { writeWhole } from './write-whole.ts'

/** The agent's own Ed25519 key: made on first use, kept in the data folder, never sent. */
export function loadKey(data: string): KeyObject {
  const path = join(data, 'key.pem')
  if (!existsSync(path)) {
    const { privateKey } = generateKeyPairSync('ed25519')
    writeWhole(path, privateKey.export({ format: 'pem', type: 'pkcs8' }) as string)
    return privateKey
  }
  refuseReadable(path)
  return createPrivateKey(readFileSync(path, 'utf8'))
}

/** The raw 32-byte public key, base64url (the last 32 bytes of the SPKI form, RFC 8410). */
export const publicKeyOf = (key: KeyObject): string => createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64url')

/** The key for fingerprints of secrets: random, local, so that a fingerprint says nothing to anybody else. */
export function loadFingerprintKey(data: string, shared: string | undefined): Buffer {
  const path = shared ?? join(data, 'fingerprint.key')
  if (!existsSync(path)) {
    if (shared) throw new Error(`fingerprintKey: ${shared} does not exist; make it with: openssl rand -hex 32`)
    writeWhole(path, randomBytes(32).toString('hex'))
  }
  refuseReadable(path)
  const key = readFileSync(path, 'utf8').trim()
  if (key.length < 32) throw new Error(`${path}: a fingerprint key has at least 32 characters`)
  return Buffer.from(key)
}

function refuseReadable(path: string): void {
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) throw new Error(`${path} can be read by others; set its mode to 0600`)
}
