import type { KeyObject } from 'node:crypto'
import { createPrivateKey } from 'node:crypto'
import { env } from './env.ts'
import { shared } from './runtime.ts'
import type { VerifierKey } from './rules/checkpoint.ts'
import { verifierKeyOf } from './rules/note-signing.ts'

/** The name under which our tree heads are signed: of the address, unless a setting says otherwise. */
export const recordsOrigin = (): string => shared('records-origin', () => env().RECORDS_ORIGIN ?? `${new URL(env().PUBLIC_URL).host}/records`)

const privateKeyOf = (base64: string): KeyObject => createPrivateKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'pkcs8' })

/** Every key that signs now: one, or two while the second takes over from the first. */
export const recordKeys = (): readonly KeyObject[] =>
  shared('record-keys', () => (env().RECORDS_KEYS ?? env().SIGNING_KEY).split(',').map((one) => privateKeyOf(one.trim())))

/** Their public halves, as auditors keep them. */
export const recordVerifierKeys = (): VerifierKey[] => recordKeys().map((key) => verifierKeyOf(recordsOrigin(), key))
