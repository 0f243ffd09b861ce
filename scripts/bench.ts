import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { filesBelow, root } from './files.ts'
import { endLeftovers, endWithUs, run } from './program.ts'

/* Every figure we publish: one file each in bench/, which prints one JSON line {"figure","value","unit"} per figure. */

const wanted = process.argv.slice(2)
const files = filesBelow('bench').filter((path) => path.endsWith('.bench.ts') && (wanted.length === 0 || wanted.some((word) => path.includes(word))))
if (files.length === 0) {
  console.error(wanted.length === 0 ? 'there are no bench/*.bench.ts files' : `no bench/*.bench.ts file has ${wanted.join(' or ')} in its name`)
  process.exit(1)
}
endWithUs()
const figures: unknown[] = []
let failed = 0
for (const file of files) {
  console.log(`${file} …`)
  const { code, output, seconds } = await run(file, [])
  const lines = output.split('\n').filter((line) => line.startsWith('{'))
  if (code !== 0 || lines.length === 0) {
    failed++
    console.error(`${output}\n${file}: ${code === 0 ? 'printed no figure' : `failed (exit ${code})`}`)
    continue
  }
  for (const line of lines) {
    const { figure, value, unit } = JSON.parse(line) as { figure: string; value: number; unit: string }
    figures.push({ file, figure, value, unit })
    console.log(`  ${figure}: ${value} ${unit}`)
  }
  console.log(`  (${seconds.toFixed(1)} s)`)
}
await endLeftovers()
const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30), platform: `${process.platform}-${process.arch}`, node: process.version, commit: execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim() }
mkdirSync(join(root, '.knowngood/results'), { recursive: true })
writeFileSync(join(root, '.knowngood/results/bench.json'), JSON.stringify({ at: new Date().toISOString(), machine, figures }, null, 2))
console.log('written: .knowngood/results/bench.json')
process.exit(failed > 0 ? 1 : 0)
