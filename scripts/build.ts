import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesBelow, hashFiles, root } from './files.ts'
import { endWithUs, run } from './program.ts'

const inputs = ['app', 'components', 'lib', 'public', 'prisma/schema.prisma', 'prisma/models', 'package.json', 'package-lock.json', 'next.config.js', 'postcss.config.mjs', 'tsconfig.json', 'proxy.ts']
const stampFile = join(root, '.next/knowngood-stamp')

/** What the pages are made from; tests change no page. */
const fingerprint = (): string => hashFiles(inputs.flatMap((path) => filesBelow(path)).filter((path) => !/\.(test|bench)\.tsx?$/.test(path) && !path.endsWith('.md')))

/** Builds the pages where what they are made from has changed since the last build that succeeded. */
export async function buildWhereStale(): Promise<number> {
  const before = fingerprint()
  if (existsSync(join(root, '.next/BUILD_ID')) && existsSync(stampFile) && readFileSync(stampFile, 'utf8').trim() === before) {
    console.log('build: nothing has changed since the last one')
    return 0
  }
  console.log('build: the pages (about half a minute) …')
  const heap = `${process.env['NODE_OPTIONS'] ?? ''} --max-old-space-size=3072`.trim()
  const { code, seconds, output } = await run('node_modules/next/dist/bin/next', ['build'], { env: { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production', NODE_OPTIONS: heap } })
  if (code !== 0) {
    console.error(output)
    console.error(`build: failed after ${seconds.toFixed(1)} s; what it said is above`)
    return code
  }
  // A file that changed while it was built may be in the build or not: then the next call builds again.
  if (fingerprint() === before) writeFileSync(stampFile, `${before}\n`)
  console.log(`build: ${seconds.toFixed(1)} s`)
  return 0
}

if (import.meta.main) {
  endWithUs()
  process.exit(await buildWhereStale())
}
