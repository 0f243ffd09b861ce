import { resolve } from 'node:path'
import { z } from 'zod'

/** The parts of an agent's configuration that say with what, and as whom, actions are done. */

const httpUrl = z.url({ protocol: /^https?$/, error: 'an address that begins with http:// or https://' })
const envName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of a variable')
const path = z.string().min(1)
const argv = z.array(z.string().min(1)).min(1, 'a program and its arguments, as [./hold.sh, --fast]')
const named = <T extends z.ZodType>(value: T) => z.record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/, 'a name: letters, digits, dots, dashes'), value)
const header = z.string().regex(/^[A-Za-z0-9-]+$/, 'the name of a header')
const host = z.string().regex(/^[^/\s]+$/, 'a host, or host:port, without a scheme')
const method = z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
const jsonPath = z.string().max(300)

/** One request with holes: `{name}` is filled in, in the address encoded. Secrets come in headers, by name. */
const request = z.strictObject({
  method: method.default('GET'),
  url: httpUrl,
  headers: z.record(header, z.string()).default({}),
  secretHeaders: z.record(header, envName).default({}),
  body: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
})

/** Something that is on or off: asked, set, and asked again. `is` leads to the value that says so. */
const httpSwitch = z.strictObject({ kind: z.literal('http'), get: request, is: jsonPath, on: request, off: request })

const cluster = z.strictObject({ server: httpUrl, tokenFrom: envName.optional(), tokenFile: path.optional(), ca: path.optional() })
const connection = z.union([z.strictObject({ url: z.string().min(1) }), z.strictObject({ urlFrom: envName })], { error: 'url, or urlFrom with the name of a variable' })

const cdn = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('cloudflare'), zone: z.string().regex(/^[A-Za-z0-9]+$/), tokenFrom: envName, base: httpUrl.default('https://api.cloudflare.com') }),
  z.strictObject({ kind: z.literal('fastly'), service: z.string().regex(/^[A-Za-z0-9]+$/), tokenFrom: envName, base: httpUrl.default('https://api.fastly.com') }),
  z.strictObject({ kind: z.literal('http'), request, success: jsonPath.optional() }),
])

const dns = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('nsupdate'), server: z.string().min(1), port: z.number().int().positive().max(65_535).default(53), keyFile: path.optional() }),
  z.strictObject({ kind: z.literal('http'), request, server: z.string().min(1), port: z.number().int().positive().max(65_535).default(53) }),
])

const reconciler = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('argocd'), server: httpUrl, tokenFrom: envName, ca: path.optional() }),
  httpSwitch,
  z.strictObject({ kind: z.literal('command'), hold: argv, release: argv, observe: argv, cwd: path.optional() }),
])

export const actionSettings = z.strictObject({
  /** How many steps at a time. */
  parallel: z.number().int().min(1).max(32).default(4),
  /** Variables whose values may be used by name in steps; they are masked everywhere. */
  secrets: z.array(envName).max(200).default([]),
  /** Variables that are passed on to programs that actions start; a shell step may ask for no others. */
  env: z.array(envName).max(100).default(['PATH', 'HOME', 'LANG']),
  shell: z.strictObject({ cwd: path }).optional(),
  http: z.strictObject({ hosts: z.array(host).default([]) }).default({ hosts: [] }),
  ansible: z.strictObject({ root: path, program: argv.default(['ansible-playbook']) }).optional(),
  terraform: z.strictObject({ root: path, program: argv.default(['terraform']) }).optional(),
  kubernetes: z.strictObject({ clusters: named(cluster) }).optional(),
  connections: named(connection).default({}),
  flags: named(z.discriminatedUnion('kind', [httpSwitch, z.strictObject({ kind: z.literal('file'), path })])).default({}),
  proxy: z.strictObject({ socket: z.string().min(1) }).optional(),
  dns: named(dns).default({}),
  cdn: named(cdn).default({}),
  reconcilers: named(reconciler).default({}),
})

export type ActionSettings = z.output<typeof actionSettings>
export type RequestTemplate = z.output<typeof request>
export type HttpSwitch = z.output<typeof httpSwitch>
export type Cluster = z.output<typeof cluster>

/** Which parts each action kind cannot do without. */
const needs = {
  shell: 'shell',
  ansible: 'ansible',
  terraform: 'terraform',
  kubernetes: 'kubernetes',
  proxy: 'proxy',
  sql: 'connections',
  flag: 'flags',
  dns: 'dns',
  cdn: 'cdn',
} as const satisfies Record<string, keyof ActionSettings>

/** What is allowed and not configured, as a sentence; null where all is there. */
export function missingFor(allow: readonly string[], settings: ActionSettings): string | null {
  for (const [kind, part] of Object.entries(needs)) {
    const held = settings[part]
    if (allow.includes(kind) && (held === undefined || Object.keys(held).length === 0)) return `allow: ${kind} needs \`${part}\` in this configuration`
  }
  if (allow.includes('http') && settings.http.hosts.length === 0) return 'allow: http needs `http.hosts` in this configuration'
  return null
}

/** The settings with every path made absolute, from the configuration file's folder. */
export function settingsOf(config: ActionSettings, folder: string): ActionSettings {
  const at = (one: string): string => resolve(folder, one)
  const mapped = <T, R>(all: Record<string, T>, change: (one: T) => R): Record<string, R> => Object.fromEntries(Object.entries(all).map(([name, one]) => [name, change(one)]))
  const { parallel, secrets, env, shell, http, ansible, terraform, kubernetes, connections, flags, proxy, dns: zones, cdn: providers, reconcilers } = config
  return {
    parallel, secrets, env, http, connections,
    cdn: providers,
    shell: shell && { cwd: at(shell.cwd) },
    ansible: ansible && { ...ansible, root: at(ansible.root) },
    terraform: terraform && { ...terraform, root: at(terraform.root) },
    kubernetes: kubernetes && { clusters: mapped(kubernetes.clusters, (one) => ({ ...one, ...(one.tokenFile ? { tokenFile: at(one.tokenFile) } : {}), ...(one.ca ? { ca: at(one.ca) } : {}) })) },
    flags: mapped(flags, (one) => (one.kind === 'file' ? { ...one, path: at(one.path) } : one)),
    // host:port is spoken to over TCP; anything else is the path of a socket.
    proxy: proxy && { socket: /^[^/]+:\d+$/.test(proxy.socket) ? proxy.socket : at(proxy.socket) },
    dns: mapped(zones, (one) => (one.kind === 'nsupdate' && one.keyFile ? { ...one, keyFile: at(one.keyFile) } : one)),
    reconcilers: mapped(reconcilers, (one) => (one.kind === 'command' ? { ...one, cwd: at(one.cwd ?? '.') } : one.kind === 'argocd' && one.ca ? { ...one, ca: at(one.ca) } : one)),
  }
}
