import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Fault, Release } from '../shared/release.ts'
import { type Entry, packTar } from './tar.ts'
import { type Declares, factsOf, faultsOf, type ServiceName, versions } from './versions.ts'

export interface ArtifactInfo {
  service: ServiceName
  version: string
  digest: string
  url: string
  bytes: number
  declares: Declares
}

const demo = join(import.meta.dirname, '..')

/** `sha256:<hex>` → the name of the file in the store. */
export const fileOf = (digest: string): string => `${digest.replace(':', '-')}.tgz`

/** Builds a release as one archive whose bytes depend on nothing but what is in it. */
export function buildArchive(service: ServiceName, version: string, fault: Fault): { bytes: Buffer; digest: string; declares: Declares } {
  const facts = factsOf(service, version)
  if (!facts) throw new Error(`${service} has no version ${version}: there is ${Object.keys(versions[service]).join(', ')}`)
  const may = faultsOf(service, version)
  if (fault.kind !== 'none' && !may.includes(fault.kind)) throw new Error(may.length === 0 ? `${service} ${version} cannot be built with a fault; checkout 1.5.0 and its patches can` : `${service} ${version} can be built with ${may.join(', ')}, not with ${fault.kind}`)
  const release: Release = { service, version, start: `services/${service}/main.js`, settings: facts.settings, fault }
  const entries: Entry[] = [
    { path: 'release.json', content: json({ ...release, declares: facts.declares }) },
    { path: 'package.json', content: json({ name: `harbor-${service}`, version, type: 'module', private: true }) },
    ...compiled('shared'),
    ...compiled(`services/${service}`),
    ...facts.migrations.map((name) => ({ path: `migrations/${name}`, content: readFileSync(join(demo, 'services', service, 'migrations', name)) })),
  ]
  const bytes = gzipSync(packTar(entries), { level: 9 })
  return { bytes, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, declares: facts.declares }
}

/** Builds a release and puts it into the store's folder, whole or not at all. */
export function buildArtifact(order: { service: ServiceName; version: string; fault: Fault; folder: string; storeUrl: string }): ArtifactInfo {
  const { bytes, digest, declares } = buildArchive(order.service, order.version, order.fault)
  const file = join(order.folder, fileOf(digest))
  if (!existsSync(file)) {
    mkdirSync(order.folder, { recursive: true })
    const temporary = join(order.folder, `.${randomUUID()}`)
    writeFileSync(temporary, bytes)
    renameSync(temporary, file)
  }
  return { service: order.service, version: order.version, digest, url: `${order.storeUrl}/${fileOf(digest)}`, bytes: bytes.length, declares }
}

/** The folder's sources as plain JavaScript, so that an instance starts without translating anything. */
function compiled(folder: string): Entry[] {
  return readdirSync(join(demo, folder))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => {
      const source = stripTypeScriptTypes(readFileSync(join(demo, folder, name), 'utf8'))
      return { path: `${folder}/${name.replace(/\.ts$/, '.js')}`, content: Buffer.from(source.replaceAll(/(from '\.[^']*)\.ts'/g, `$1.js'`)) }
    })
}

const json = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`)
