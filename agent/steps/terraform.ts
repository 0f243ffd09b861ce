import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Because, NotSo } from '../because.ts'
import { below } from '../below.ts'
import { runProgram } from '../run-program.ts'
import type { ActionStep, ActionTools } from './step.ts'

/** With -detailed-exitcode: nothing to do, an error, something to do. */
const nothing = 0
const something = 2

interface Counts {
  add: number
  change: number
  destroy: number
}

interface Ran {
  code: number
  counts: Counts | null
  /** What it complained about, in its own words. */
  errors: string[]
}

/** Plans or applies a folder below the configured one; `apply-plan` applies exactly what was just planned, and nothing that came in between. */
export const terraform: ActionStep<'terraform'> = async ({ dir, action, vars, expectChanges }, tools) => {
  const { settings, scratch, log } = tools
  const held = settings.terraform
  if (!held) throw new Because('terraform.root is not in this agent’s configuration')
  const folder = below(held.root, dir, 'dir')
  const file = join(scratch, 'step.tfvars.json')
  if (vars) writeFileSync(file, JSON.stringify(vars), { mode: 0o600 })
  const given = vars ? [`-var-file=${file}`] : []
  // Plugins that are locked and not here yet; a folder that needs none needs no init.
  if (existsSync(join(folder, '.terraform.lock.hcl')) && !existsSync(join(folder, '.terraform'))) must(await run(folder, ['init', '-input=false', '-no-color', '-json'], tools), 'init', [nothing])
  const saved = join(scratch, 'saved.tfplan')

  if (action === 'apply') return done(must(await run(folder, ['apply', '-auto-approve', ...common, ...given], tools), 'apply', [nothing]), null, expectChanges)
  const planned = must(await run(folder, ['plan', '-detailed-exitcode', ...common, ...given, ...(action === 'apply-plan' ? [`-out=${saved}`] : [])], tools), 'plan', [nothing, something])
  const result = { planned: planned.counts }
  // A plan that is asked whether something was done says yes by having nothing to do.
  const expected = expectChanges ?? (tools.looking ? false : undefined)
  if (expected !== undefined && expected !== (planned.code === something)) throw new NotSo(`terraform would ${planned.code === something ? `change something: ${sentence(planned.counts)}` : 'change nothing'}`, result)
  log(planned.code === something ? `planned: ${sentence(planned.counts)}` : 'nothing to do')
  if (action === 'plan' || planned.code === nothing) return result
  return done(must(await run(folder, ['apply', ...common, saved], tools), 'apply', [nothing]), planned.counts, undefined)
}

const common = ['-input=false', '-no-color', '-json']

function done({ counts }: Ran, planned: Counts | null, expectChanges: boolean | undefined): Record<string, unknown> {
  const result = { ...(planned ? { planned } : {}), applied: counts }
  const changed = counts !== null && counts.add + counts.change + counts.destroy > 0
  if (expectChanges !== undefined && expectChanges !== changed) throw new Because(`terraform applied ${sentence(counts)}; ${expectChanges ? 'changes were' : 'no change was'} expected`, result)
  return result
}

function must(ran: Ran, what: string, codes: readonly number[]): Ran {
  if (codes.includes(ran.code)) return ran
  throw new Because(`terraform ${what} ended with ${ran.code}${ran.errors.length ? `: ${ran.errors.join('; ')}` : ''}`, { errors: ran.errors })
}

async function run(folder: string, args: readonly string[], { settings, signal, log, flow, env, scratch }: ActionTools): Promise<Ran> {
  const nothingConfigured = join(scratch, 'empty.tfrc')
  writeFileSync(nothingConfigured, '')
  const ran: Ran = { code: 0, counts: null, errors: [] }
  const onLine = (stream: 'out' | 'err', line: string): void => {
    const said = stream === 'out' ? messageOf(line) : null
    log(said?.['@message'] ?? line, stream)
    if (said?.changes) ran.counts = { add: said.changes.add, change: said.changes.change, destroy: said.changes.remove }
    if (said?.diagnostic?.severity === 'error') ran.errors.push([said.diagnostic.summary, said.diagnostic.detail].filter(Boolean).join(': '))
  }
  const quiet = { TF_IN_AUTOMATION: '1', TF_INPUT: '0', CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: nothingConfigured }
  const { code } = await runProgram({ argv: [...(settings.terraform?.program ?? []), ...args], cwd: folder, env: { ...env(settings.env), ...quiet }, signal, ownGroup: false, flow, onLine })
  return { ...ran, code }
}

interface Message {
  '@message'?: string
  changes?: { add: number; change: number; remove: number }
  diagnostic?: { severity: string; summary: string; detail?: string }
}

function messageOf(line: string): Message | null {
  try {
    return JSON.parse(line) as Message
  } catch {
    return null
  }
}

const sentence = (counts: Counts | null): string => (counts ? `${counts.add} to add, ${counts.change} to change, ${counts.destroy} to destroy` : 'nothing it told of')
