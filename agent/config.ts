import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { actionSettings, missingFor, settingsOf } from './config-actions.ts'
import { parseSelector } from './signals/prometheus.ts'

/** What is done to a target, through its driver. */
export const targetKinds = ['snapshot', 'stage', 'deploy', 'verify', 'drain', 'stop', 'open'] as const
export type TargetKind = (typeof targetKinds)[number]

/** What is done by itself, with what the configuration has for it. */
export const actionKinds = ['shell', 'http', 'ansible', 'terraform', 'kubernetes', 'sql', 'flag', 'proxy', 'dns', 'cdn', 'hold-reconciler'] as const

const stepKinds = [...targetKinds, ...actionKinds] as const
export type StepKind = (typeof stepKinds)[number]

const argv = z.array(z.string().min(1)).min(1, 'a program and its arguments, as [./switch.sh, --fast]')
const httpUrl = z.url({ protocol: /^https?$/, error: 'an address that begins with http:// or https://' })
const selector = z.string().superRefine((text, context) => {
  const parsed = parseSelector(text)
  if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.because })
})
const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'lower-case letters, digits and dashes, at most 60')
const envName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.]*$/, 'the name of a variable or configuration key')

const signals = z.strictObject({
  urls: z.array(httpUrl).min(1).max(20),
  requests: selector,
  errors: selector,
  latency: selector.optional(),
})

const common = { service: name, routes: httpUrl.optional(), signals: signals.optional() }

const processTarget = z.strictObject({ ...common, driver: z.literal('process'), supervisor: httpUrl })
const commandTarget = z.strictObject({
  ...common,
  driver: z.literal('command'),
  observe: argv,
  stage: argv.optional(),
  switch: argv,
  verify: argv,
  snapshot: argv.optional(),
  drain: argv.optional(),
  stop: argv.optional(),
  open: argv.optional(),
  cwd: z.string().min(1).optional(),
  env: z.array(envName).max(100).default(['PATH', 'HOME']),
})
const target = z.discriminatedUnion('driver', [processTarget, commandTarget])

const configSchema = z.strictObject({
  v: z.literal(1),
  server: httpUrl,
  name,
  token: z.string().min(10).optional(),
  data: z.string().min(1),
  allow: z.array(z.enum(stepKinds)).min(1),
  artifacts: z
    .strictObject({
      hosts: z.array(z.string().regex(/^[^/\s]+$/, 'a host, or host:port, without a scheme')).default([]),
      maxBytes: z.number().int().positive().default(100 * 1024 * 1024),
      keep: z.number().int().min(2).default(20),
    })
    .default({ hosts: [], maxBytes: 100 * 1024 * 1024, keep: 20 }),
  mask: z.array(envName).default([]),
  fingerprintKey: z.string().min(1).optional(),
  targets: z.array(target).max(100).default([]),
  ...actionSettings.shape,
})

export type Target = z.output<typeof target>
export type ProcessTarget = z.output<typeof processTarget>
export type CommandTarget = z.output<typeof commandTarget>
export type Signals = z.output<typeof signals>
export type Config = z.output<typeof configSchema>

/** What is wrong with a configuration, one sentence a field. */
export class ConfigError extends Error {}

/** Parses a configuration; relative folders are relative to the file. Throws a ConfigError that names every wrong field. */
export function parseConfig(text: string, folder: string): Config {
  let raw: unknown
  try {
    raw = parse(text)
  } catch (error) {
    throw new ConfigError(`the configuration is not YAML: ${(error as Error).message.split('\n')[0]}`)
  }
  const parsed = configSchema.safeParse(raw)
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the configuration'}: ${issue.message}`).join('; '))
  const config = parsed.data
  const services = config.targets.map((one) => one.service)
  const twice = services.find((service, index) => services.indexOf(service) !== index)
  if (twice) throw new ConfigError(`targets: ${twice} is there twice; an agent works in one region, so each service is one target`)
  const missing = missingFor(config.allow, config)
  if (missing) throw new ConfigError(missing)
  return {
    ...config,
    ...settingsOf(config, folder),
    server: config.server.replace(/\/+$/, ''),
    data: resolve(folder, config.data),
    ...(config.fingerprintKey ? { fingerprintKey: resolve(folder, config.fingerprintKey) } : {}),
    targets: config.targets.map((one) =>
      one.driver === 'process' ? { ...one, supervisor: one.supervisor.replace(/\/+$/, '') } : { ...one, cwd: resolve(folder, one.cwd ?? '.') },
    ),
  }
}

/** Reads and parses a configuration file. */
export function readConfig(path: string): Config {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new ConfigError(`--config: ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`)
  }
  return parseConfig(text, dirname(resolve(path)))
}
