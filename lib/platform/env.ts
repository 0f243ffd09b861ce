import { z } from 'zod'

/** One declaration a setting: its shape, its default and what it is for. Nothing else reads the environment. */
const settings = {
  DATABASE_URL: z.url().describe('PostgreSQL, as the application role (may not own the records tables)'),
  DATABASE_MIGRATE_URL: z.url().optional().describe('PostgreSQL, as the owner: migrations only'),
  DATABASE_PUBLIC_URL: z.url().describe('PostgreSQL, as the public role: the status page reads with this one and cannot see drafts'),
  PUBLIC_URL: z.url().default('http://localhost:3000').describe('The address people use; links are built from it and cookies are secure when it is https'),
  AUTH_SECRET: z.string().min(32).describe('At least 32 random characters: encrypts session cookies'),
  SIGNING_KEY: z.string().min(40).describe('Ed25519 private key (PKCS#8, base64): signs leases for agents'),
  RECORDS_KEYS: z.string().min(40).optional().describe('Ed25519 private keys (as SIGNING_KEY), separated by commas: each signs the tree heads over the records. SIGNING_KEY where it is not set'),
  RECORDS_ORIGIN: z.string().regex(/^[^\s+]{1,200}$/, 'a name without spaces and plus signs, as ops.example.com/records').optional().describe('The name under which tree heads are signed; PUBLIC_URL’s host and /records where it is not set'),
  HEAD_EVERY_SECONDS: z.coerce.number().min(0.1).max(3_600).default(60).describe('A tree head is signed at most so long after a record was sealed; after 1,000 records, a vote or the end of an incident at once'),
  ANCHOR_FILES: z.string().optional().describe('Files outside the database that every tree head is appended to, separated by commas; put them where the database’s owner cannot write'),
  ANCHOR_COMMAND: z.string().optional().describe('A program that is given every tree head on its standard input, and ends with 0 once it has it for good'),
  ANCHOR_URL: z.url({ protocol: /^https?$/ }).optional().describe('An address that every tree head is posted to; it answers 2xx once it has it for good'),
  SECRETS_KEY: z.string().refine((key) => Buffer.from(key, 'base64').length === 32, 'it must be 32 random bytes in base64; make one with: openssl rand -base64 32').describe('32 random bytes (base64): encrypts secrets that the database keeps, such as those of second factors'),
  HOST: z.string().default('127.0.0.1').describe('Address to listen on'),
  PORT: z.coerce.number().int().min(0).max(65535).default(3000).describe('Port to listen on'),
  ROLE: z.enum(['all', 'web', 'engine', 'public']).default('all').describe('Which parts of the server this process runs'),
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(8).default(0).describe('How many proxies stand in front; X-Forwarded-For is read that many hops from the right'),
  TLS_CERT_FILE: z.string().optional().describe('Serve https with this certificate (PEM)'),
  TLS_KEY_FILE: z.string().optional().describe('… and this key (PEM)'),
  SAMPLE_RETENTION_HOURS: z.coerce.number().int().min(1).default(72).describe('How long raw samples are kept'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info').describe('How much is logged'),
  NODE_ENV: z.string().default('production').describe('Set by the tools that start us'),
  KNOWNGOOD_CRASH_AT: z.string().optional().describe('Fault tests only: name of the failpoint at which this process kills itself'),
} as const

const schema = z.object(settings)
export type Env = z.infer<typeof schema>

/** Values that examples print. A server that runs with one of them is open to whoever read the example. */
const publishedSecrets = new Set(['changeme', 'secret', 'knowngood', 'development', '00000000000000000000000000000000', 'please-change-me-please-change-me'])

export type EnvResult = { ok: true; env: Env } | { ok: false; problems: string[] }

/** Reads settings; each problem is one sentence that names the setting and what it is for. */
export function readEnv(source: Record<string, string | undefined>): EnvResult {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = schema.safeParse(given)
  if (!parsed.success) {
    return {
      ok: false,
      problems: parsed.error.issues.map((issue) => {
        const name = String(issue.path[0]) as keyof typeof settings
        return `${name} ${given[name] === undefined ? 'is not set' : `is not right: ${issue.message}`} (${settings[name]?.description ?? ''})`
      }),
    }
  }
  const { AUTH_SECRET } = parsed.data
  if (publishedSecrets.has(AUTH_SECRET.toLowerCase()) || /^(.)\1*$/.test(AUTH_SECRET)) {
    return { ok: false, problems: ['AUTH_SECRET is a published default; make one with: openssl rand -base64 33'] }
  }
  return { ok: true, env: parsed.data }
}

let cached: Env | undefined

/** The settings of this process. Throws one readable error where they are wrong. */
export function env(): Env {
  if (cached) return cached
  const result = readEnv(process.env)
  if (!result.ok) throw new Error(`settings:\n  ${result.problems.join('\n  ')}`)
  return (cached = result.env)
}

/** For `--help` and the guide: every setting with its default and meaning. */
export const describeSettings = (): { name: string; help: string; default: unknown }[] =>
  Object.entries(settings).map(([name, shape]) => ({ name, help: shape.description ?? '', default: shape.safeParse(undefined).data }))
