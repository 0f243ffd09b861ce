/** Runs one step in its guard's process group: the work comes as one line on standard input, what it says goes out as JSON lines on fd 3. */
import { mkdirSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { act } from './act.ts'
import { ensureArtifact } from './artifacts.ts'
import { Because, becauseOf, NotSo } from './because.ts'
import { driverOf } from './drivers/driver-of.ts'
import { maskDeep, maskOf } from './mask.ts'
import type { LogLine } from './protocol.ts'
import type { KnownAction } from './step-params.ts'
import type { ActionTools, Result, StepTools } from './steps/step.ts'
import type { Said, Work } from './work.ts'

/** So much before the step is killed it stops by itself and can still say what it sees. */
const graceMs = 3_000
const longestLine = 4_000
const longestSentence = 2_000
/** The server keeps no more of a result. */
const longestResult = 500_000

const out = new Socket({ fd: 3, readable: false, writable: true })
out.on('error', () => process.kill(0, 'SIGKILL'))
/** Set while the agent does not take more: a program that floods us has to wait then. */
let full: Promise<void> | null = null
function drained(): Promise<void> {
  return new Promise((resolve) =>
    out.once('drain', () => {
      full = null
      resolve()
    }),
  )
}
function say(said: Said): Promise<void> {
  if (!out.write(`${JSON.stringify(said)}\n`)) full ??= drained()
  return full ?? Promise.resolve()
}

// Steps end by SIGKILL, and Node keeps what it has compiled only when it is told to or ends by itself. Work that waits goes first.
setTimeout(flushCompileCache, 50).unref()

const input = createInterface({ input: process.stdin })
input.once('line', (line) => void run(JSON.parse(line) as Work))
// The guard is gone: nobody would end this step in time.
input.on('close', () => process.kill(0, 'SIGKILL'))

async function run(work: Work): Promise<void> {
  const { step } = work
  const { tools, target } = toolsOf(work)
  const done = (result: Result): Promise<void> => say({ done: { outcome: 'succeeded', because: null, result: fitting(maskDeep(result, tools.mask) as Result) } })
  const sentence = (error: unknown): string => clip(tools.mask(becauseOf(error)), longestSentence)
  try {
    const already = work.again && step.check ? await lookFirst(step.check, tools, target) : 'no'
    if (typeof already === 'object') return await done({ already: true, check: already })
    // Doing it once more is only right where that is harmless; otherwise somebody has to look.
    if (already === 'unknown' && !step.repeatable) return await say({ unknown: `an earlier attempt ended without a known outcome, and whether it was done could not be found out, so it is not done again` })
    await done(await act(step, tools, target))
  } catch (error) {
    const result = error instanceof Because ? error.result : null
    await say({ done: { outcome: 'failed', because: sentence(error), result: result && fitting(maskDeep(result, tools.mask) as Result) } })
  }
  // The agent ends this group when it has heard how the step ended.
}

/** Is it done already? What was seen where it is; else whether it is surely not, or nobody knows. */
async function lookFirst(check: KnownAction, tools: ActionTools, target: (service: string) => StepTools): Promise<Result | 'no' | 'unknown'> {
  const { log, mask } = tools
  log('an earlier attempt ended without a known outcome: looking whether it was done')
  try {
    const seen = await act(check, { ...tools, scratch: tools.scratch, looking: true }, target)
    log(`it was done already: the ${check.kind} check says so`)
    return seen
  } catch (error) {
    log(`the ${check.kind} check: ${mask(becauseOf(error))}`)
    return error instanceof NotSo ? 'no' : 'unknown'
  }
}

function toolsOf(work: Work): { tools: ActionTools; target: (service: string) => StepTools } {
  const { step, settings, maskNames } = work
  const valueOf = (name: string): string | undefined => process.env[name]
  const secrets = [...maskNames, ...settings.secrets].flatMap((name) => valueOf(name) ?? [])
  let mask = maskOf(secrets)
  const signal = AbortSignal.timeout(Math.max(1_000, step.timeoutMs - graceMs))
  const tools: ActionTools = {
    signal,
    token: { stepId: work.stepId, epoch: work.epoch, key: work.key },
    again: work.again,
    looking: false,
    settings,
    get scratch() {
      mkdirSync(work.scratch, { recursive: true, mode: 0o700 })
      return work.scratch
    },
    log: (text, stream: LogLine['stream'] = 'agent') => void say({ log: { at: new Date().toISOString(), stream, line: clip(mask(text), longestLine) } }),
    flow: () => full,
    mask: (text) => mask(text),
    learnSecrets: (values) => {
      secrets.push(...values)
      mask = maskOf(secrets)
    },
    secret: (name) => {
      if (!settings.secrets.includes(name)) throw new Because(`${name} is not one of the secrets that this agent may use (secrets)`)
      const value = valueOf(name)
      if (!value) throw new Because(`the secret ${name} is not in this agent's environment`)
      return value
    },
    env: (names) => Object.fromEntries(names.flatMap((name) => (valueOf(name) === undefined ? [] : [[name, valueOf(name) as string]]))),
  }
  return {
    tools,
    target: (service) => {
      const target = work.targets.find((one) => one.service === service)
      if (!target) throw new Because(`${service} is not a target in this agent's configuration`)
      return {
        ...tools,
        scratch: work.scratch,
        guarded: true,
        driver: driverOf(target),
        routes: target.routes ?? null,
        maskNames,
        fingerprintKey: Buffer.from(work.fingerprintKey, 'hex'),
        artifact: (release) => ensureArtifact(work.store, release, signal),
        async mark(name) {
          if (process.env['KNOWNGOOD_AGENT_CRASH_AT']?.startsWith(name)) await say({ mark: name })
        },
      }
    },
  }
}

const clip = (text: string, longest: number): string => (text.length <= longest ? text : `${text.slice(0, longest - 2)} …`)

/** A result that is too long to be kept is said to be so; the log has the rest. */
function fitting(result: Result): Result {
  const bytes = Buffer.byteLength(JSON.stringify(result))
  return bytes <= longestResult ? result : { tooLong: `the result has ${bytes} bytes; at most ${longestResult} are kept` }
}
