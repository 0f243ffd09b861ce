import pino from 'pino'
import { env } from './env.ts'
import { shared } from './runtime.ts'

/** Anything that could be a secret is gone before a line is written. */
const secretPaths = ['password', 'passwordHash', 'token', 'secret', 'authorization', 'cookie', 'privateKey', 'signature'].flatMap((key) => [key, `*.${key}`, `*.*.${key}`])

/** The process's logger. Lines are JSON; `part` names who speaks. */
export const log = (part: string): pino.Logger =>
  shared('log', () => pino({ level: env().LOG_LEVEL, base: undefined, timestamp: pino.stdTimeFunctions.isoTime, redact: { paths: secretPaths, censor: '[secret]' } })).child({ part })
