import { describe, expect, test } from 'vitest'
import { brokenPromises, linksIn, promisedPaths } from './documents.ts'
import { ownDoors, serverCodeInBrowsers, strayRoutes } from './http.ts'
import { deadLinks } from './links.ts'
import { circles, impureRules, knowingUsers, lookingRight, namingTheDemo, outsidersInside, throughTheWall } from './rooms.ts'
import type { Source } from './source.ts'
import { readSource } from './source.ts'
import { barrels, defaultExports, longFiles, readingTheEnvironment, worldlyCommands, worldlyRules } from './words.ts'

/* A check that cannot fail checks nothing: each one here meets what it must catch, and what it must let pass. */

const files = (texts: Record<string, string>): Source[] => Object.entries(texts).map(([path, text]) => readSource(path, text))
const one = (path: string, text: string): Source[] => files({ [path]: text })

describe('what a file imports', () => {
  test.each([
    ['a static import', `import { a } from '#lib/catalog/model.ts'`],
    ['an import over several lines', `import {\n  a,\n  b,\n} from '#lib/catalog/model.ts'`],
    ['a re-export', `export * from '../catalog/model.ts'`],
    ['a dynamic import', `const a = async () => (await import('../catalog/model.ts')).a`],
    ['an import for its effect', `import '../catalog/model.ts'`],
  ])('%s is seen', (_, text) => expect(readSource('lib/governance/load.ts', text).imports).toMatchObject([{ file: 'lib/catalog/model.ts', typeOnly: false }]))

  test.each([
    ['import type', `import type { A } from '../catalog/model.ts'`],
    ['only types in braces', `import { type A, type B } from '../catalog/model.ts'`],
    ['export type', `export type { A } from '../catalog/model.ts'`],
    ['a type in place', `let a: import('../catalog/model.ts').A`],
  ])('%s is gone once compiled', (_, text) => expect(readSource('lib/governance/load.ts', text).imports).toMatchObject([{ file: 'lib/catalog/model.ts', typeOnly: true }]))

  test('strings and comments import nothing', () => expect(readSource('lib/a.ts', `// import 'x'\nconst a = "import 'y'"`).imports).toEqual([]))
})

describe('rooms', () => {
  test.each([`import { a } from '#lib/incidents/model.ts'`, `import type { A } from '#lib/incidents/view.ts'`, `const a = import('../incidents/rules/a.ts')`, `export { a } from '../incidents/model.ts'`])('catalog may not know incidents: %s', (text) =>
    expect(lookingRight(one('lib/catalog/load.ts', text))).toEqual(['lib/catalog/load.ts:1: catalog may not know incidents ' + `(${readSource('lib/catalog/load.ts', text).imports[0]?.file})`]),
  )
  test('incidents may know catalog, and a test may know all', () => {
    expect(lookingRight(files({ 'lib/incidents/load.ts': `import '#lib/catalog/model.ts'`, 'lib/catalog/a.pg.test.ts': `import '#lib/incidents/model.ts'` }))).toEqual([])
  })

  test('the loaders of another room are private, its queries are not', () => {
    expect(throughTheWall(one('lib/incidents/load.ts', `import '#lib/catalog/load.ts'\nimport '#lib/catalog/queries/fleet.ts'\nimport '#lib/platform/db.ts'`))).toEqual(['lib/incidents/load.ts:1: lib/catalog/load.ts is private to catalog; use its model, rules, queries or commands'])
  })

  test.each(['#lib/wiring.ts', '../../app/page.tsx', '#components/ui/button.tsx', '#scripts/files.ts'])('a room may not import %s', (specifier) => expect(knowingUsers(one('lib/catalog/load.ts', `import '${specifier}'`))).toHaveLength(1))

  test.each(['pg', 'node:fs', '#lib/platform/db.ts', '../load.ts'])('a rule may not import %s', (specifier) => expect(impureRules(one('lib/catalog/rules/a.ts', `import '${specifier}'`))).toEqual([`lib/catalog/rules/a.ts:1: a rule may not import ${specifier}`]))
  test.each(['zod', 'semver', '../model.ts', './b.ts', '#lib/platform/may.ts'])('a rule may import %s', (specifier) => expect(impureRules(one('lib/catalog/rules/a.ts', `import '${specifier}'`))).toEqual([]))

  test.each(['agent/run.ts', 'cli/apply.ts'])('%s may not import from lib', (path) => expect(outsidersInside(one(path, `import '#lib/platform/db.ts'\nimport './other.ts'`))).toHaveLength(1))

  test.each([`import '#demo/stack.ts'`, `const a = 'the demo is different'`, `// Harbor needs this`])('the product does not mention the demo: %s', (text) => expect(namingTheDemo(one('lib/catalog/load.ts', text)).length).toBeGreaterThan(0))
  test('a democratic word is no demo', () => expect(namingTheDemo(one('lib/catalog/load.ts', `const democracy = 'demote'`))).toEqual([]))
})

describe('circles', () => {
  test('are found over three files, once', () => expect(circles(files({ 'a.ts': `import './b.ts'`, 'b.ts': `import './c.ts'`, 'c.ts': `import './a.ts'` }))).toEqual(['a.ts → b.ts → c.ts → a.ts']))
  test('of types alone are none', () => expect(circles(files({ 'a.ts': `import type { B } from './b.ts'`, 'b.ts': `import './a.ts'` }))).toEqual([]))
  test('two ways to the same file are none', () => expect(circles(files({ 'a.ts': `import './b.ts'\nimport './c.ts'`, 'b.ts': `import './d.ts'`, 'c.ts': `import './d.ts'`, 'd.ts': '' }))).toEqual([]))
})

describe('words', () => {
  test.each(['Date.now()', 'new Date()', 'Math.random()', 'crypto.randomUUID()', 'randomUUID()', 'performance.now()', `fetch('x')`, 'setTimeout(a, 1)'])('neither rules nor commands say %s', (text) => {
    expect(worldlyRules(one('lib/catalog/rules/a.ts', `export const a = () => ${text}`))).toHaveLength(1)
    expect(worldlyCommands(one('lib/catalog/commands/a.ts', `export const a = () => ${text}`))).toHaveLength(1)
  })
  test.each(['new Date(at)', 'Date.parse(at)', `'Date.now()'`, 'context.now.getTime()'])('both may say %s', (text) => {
    expect(worldlyRules(one('lib/catalog/rules/a.ts', `export const a = ${text}`))).toEqual([])
    expect(worldlyCommands(one('lib/catalog/commands/a.ts', `export const a = ${text}`))).toEqual([])
  })
  test.each([`process.exit()`, `console.log(1)`])('rules do not say %s', (text) => expect(worldlyRules(one('lib/catalog/rules/a.ts', text))).toHaveLength(1))

  test.each([`process.env.A`, `process.env['A']`, `process['env']['A']`])('%s is read in env.ts alone', (text) => {
    expect(readingTheEnvironment(one('lib/catalog/load.ts', text))).toHaveLength(1)
    expect(readingTheEnvironment(one('lib/platform/env.ts', text))).toEqual([])
  })

  test.each([`export default 1`, `export default function a() {}`, `const a = 1\nexport { a as default }`])('%s has no name', (text) => {
    expect(defaultExports(one('lib/catalog/load.ts', text))).toHaveLength(1)
    expect(defaultExports(one('app/(console)/page.tsx', text))).toEqual([])
  })

  test('a barrel is found', () => expect(barrels(files({ 'lib/catalog/index.ts': `export * from './model.ts'`, 'lib/catalog/a.ts': `export * from './model.ts'\nexport const b = 1` }))).toEqual(['lib/catalog/index.ts: exports only what other files export']))

  test('a long file needs a reason, and an excuse needs a long file', () => {
    const long = one('lib/a.ts', '\n'.repeat(300) + 'export const a = 1')
    expect(longFiles(long, {})).toHaveLength(1)
    expect(longFiles(long, { 'lib/a.ts': 'a table' })).toEqual([])
    expect(longFiles(one('lib/a.ts', ''), { 'lib/a.ts': 'a table' })).toEqual(['lib/a.ts: is excused from 300 lines and needs it no more'])
  })
})

describe('HTTP', () => {
  const route = (text: string): string[] => ownDoors(one('app/api/v1/plans/route.ts', text))
  test.each([
    'export async function GET() { return new Response() }',
    'export const GET = async () => new Response()',
    'export const GET = handle(wrap(planView))',
    'export const GET = other(planView)',
    'export const helper = handle(planView)',
    `export { GET } from './other.ts'`,
    `doSomething()\nexport const GET = handle(planView)`,
  ])('a route may not: %s', (text) => expect(route(text)).not.toEqual([]))
  test('a route may hand over', () => expect(route(`import { handle } from '#lib/platform/handle.ts'\nexport const dynamic = 'force-dynamic'\nexport const GET = handle(planView)\nexport const POST = handle(proposePlan)`)).toEqual([]))
  test('a route elsewhere under app/api is found', () => expect(ownDoors(one('app/api/plans/route.ts', `export const GET = handle(planView)`))).toHaveLength(1))

  test('an operation without a file and a file without an operation are both found', () => {
    expect(strayRoutes({ 'plan.view': 'GET /api/v1/plans/:planId', 'plan.list': 'GET /api/v1/plans' }, files({ 'app/api/v1/plans/[planId]/route.ts': `export const GET = handle(planView)\nexport const POST = handle(other)` }))).toEqual([
      'lib/client/routes.ts: plan.list is at GET /api/v1/plans, and no file answers there',
      'POST /api/v1/plans/[planId] answers, and lib/client/routes.ts does not name it',
    ])
  })

  test('server code that a client component brings along is found, also through another file', () => {
    const planted = files({
      'components/a.tsx': `'use client'\nimport { b } from './b.ts'\nimport type { View } from '#lib/incidents/queries/a.ts'`,
      'components/b.ts': `import { c } from '#lib/incidents/load.ts'\nimport fs from 'node:fs'`,
      'app/page.tsx': `import '#lib/incidents/load.ts'`,
    })
    expect(serverCodeInBrowsers(planted)).toEqual(['components/b.ts:1: lib/incidents/load.ts is for the server, and this reaches browsers', 'components/b.ts:2: node:fs cannot run in a browser'])
  })
})

describe('links', () => {
  const links = (text: string): string[] => deadLinks(files({ 'app/(console)/page.tsx': '', 'app/(console)/incidents/[number]/page.tsx': '', 'components/a.tsx': text }))
  test.each(['const a = <a href="/gone">x</a>', 'const a = <a href={`/incidents/${number}/gone`}>x</a>', `router.push('/gone')`, `redirect('/gone?a=1')`, `const a = { href: '/gone' }`])('%s leads nowhere', (text) => expect(links(text)).toHaveLength(1))
  test.each(['const a = <a href="/">x</a>', 'const a = <a href={`/incidents/${number}?tab=plan#top`}>x</a>', `redirect('/incidents/4')`, 'const a = <a href="https://example.test/gone">x</a>', 'const a = <a href="#top">x</a>', 'list.push("/gone")'])('%s is well', (text) => expect(links(text)).toEqual([]))
})

describe('documents', () => {
  const exists = (path: string): boolean => ['lib/platform/may.ts', 'package.json', 'lib/catalog/model.ts'].includes(path)
  const broken = (document: string, text: string): string[] => brokenPromises(document, text, exists, new Set(['package.json', 'model.ts']))
  test('a path that is not there is found with its line', () => expect(broken('README.md', 'see\n`lib/platform/may.ts` and `lib/gone.ts:12`')).toEqual(['README.md:2: there is no lib/gone.ts']))
  test('a bare name must be some file', () => expect(broken('README.md', '`package.json` `model.ts` `gone.json`')).toEqual(['README.md:1: there is no gone.json']))
  test('a path beside the document counts', () => expect(broken('lib/README.md', '`platform/may.ts` `lib/catalog/model.ts`')).toEqual([]))
  test('patterns, commands and words are no promises', () => expect(promisedPaths('`lib/*/rules` `lib/<room>/x.ts` `npm test` `GET /api/v1/plans` `run.started`')).toEqual([]))
  test('links', () => expect(linksIn('[a](b.md#c) [d](https://example.test) [e](#f)')).toEqual(['b.md']))
})
