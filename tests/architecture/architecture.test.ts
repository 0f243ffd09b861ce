import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { routes } from '#lib/client/routes.ts'
import { root } from '#scripts/files.ts'
import { allBrokenPromises, brokenLinks } from './documents.ts'
import { ownDoors, serverCodeInBrowsers, strayRoutes } from './http.ts'
import { deadLinks } from './links.ts'
import { circles, impureRules, knowingUsers, lookingRight, namingTheDemo, outsidersInside, throughTheWall } from './rooms.ts'
import { readSources } from './source.ts'
import { barrels, defaultExports, longFiles, readingTheEnvironment, worldlyCommands, worldlyRules } from './words.ts'

const sources = readSources()

/** Longer than 300 lines, and why. */
const longFilesWithReason: Record<string, string> = { 'tests/e2e/story.e2e.ts': 'one incident from the first bad order to the last word: cut in two, neither half would be a story' }

/** Outside programs that reach in, and why. */
const reachingIn: Record<string, string> = { 'cli/admin-create.ts': 'makes the first administrator on the server itself, when nobody can sign in yet', 'cli/playbook-check.ts': 'checks without a server by the very rules of the server, which are pure', ...Object.fromEntries(['records-export', 'records-verify', 'records-live', 'receipt', 'verifying'].map((name) => [`cli/${name}.ts`, 'verifies without a server by the pure rules that also seal: one format, written once'])) }

test('there is something to check', () => expect(sources.length).toBeGreaterThan(100))

test.each([
  ['rooms only look left', lookingRight],
  ['of another room only model, view, rules, queries and commands are used', throughTheWall],
  ['rooms know nothing of who uses them', knowingUsers],
  ['rules import only models, views, rules and packages that compute', impureRules],
  ['rules have no clock, chance, network, environment or log', worldlyRules],
  ['commands have no clock, chance or network', worldlyCommands],
  ['settings are read in lib/platform/env.ts alone', readingTheEnvironment],
  ['agent and command line import nothing of ours but themselves', (all: typeof sources) => outsidersInside(all, reachingIn)],
  ['the product and its agent never mention the demo', namingTheDemo],
  ['imports go in no circles', circles],
  ['what is exported has a name', defaultExports],
  ['no file only exports what others export', barrels],
  ['every API route only hands over to handle()', ownDoors],
  ['no server code reaches browsers', serverCodeInBrowsers],
  ['links lead to pages', deadLinks],
])('%s', (_, check) => expect(check(sources)).toEqual([]))

test('each operation has a route and each route an operation', () => expect(strayRoutes(routes, sources)).toEqual([]))

test('no file is longer than one can hold in mind', () => expect(longFiles(sources, longFilesWithReason)).toEqual([]))

test('what is imported exists', () => {
  const missing = sources.flatMap(({ path, imports }) => imports.flatMap(({ file, line }) => (file === null || file.startsWith('lib/generated/') || existsSync(join(root, file)) ? [] : [`${path}:${line}: there is no ${file}`])))
  expect(missing).toEqual([])
})

test('paths that documents name exist', () => expect(allBrokenPromises(root)).toEqual([]))
test('links between documents lead somewhere', () => expect(brokenLinks(root)).toEqual([]))
