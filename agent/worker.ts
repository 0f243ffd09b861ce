/** Runs one step in its guard's process group: the work comes as one line on standard input, what it says goes out as JSON lines on fd 3. */
import { Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { ensureArtifact } from './artifacts.ts'
import { Because, becauseOf } from './because.ts'
import { driverOf } from './drivers/driver-of.ts'
import { maskDeep, maskOf } from './mask.ts'
import { deploy } from './steps/deploy.ts'
import { drain } from './steps/drain.ts'
import { open } from './steps/open.ts'
import { snapshot } from './steps/snapshot.ts'
import { stage } from './steps/stage.ts'
import { stop } from './steps/stop.ts'
import type { StepTools } from './steps/step.ts'
import { verify } from './steps/verify.ts'
import type { Said, Work } from './work.ts'

/** So much before the step is killed it stops by itself and can still say what it sees. */
const graceMs = 3_000
const longestLine = 4_000
const longestSentence = 2_000

const out = new Socket({ fd: 3, readable: false, writable: true })
out.on('error', () => process.kill(0, 'SIGKILL'))
let flowing = Promise.resolve()
function say(said: Said): Promise<void> {
  const full = !out.write(`${JSON.stringify(said)}\n`)
  if (full) flowing = new Promise((resolve) => out.once('drain', () => resolve()))
  return flowing
}

const input = createInterface({ input: process.stdin })
input.once('line', (line) => void run(JSON.parse(line) as Work))
// The guard is gone: nobody would end this step in time.
input.on('close', () => process.kill(0, 'SIGKILL'))

async function run(work: Work): Promise<void> {
  const secrets = work.maskNames.flatMap((name) => (process.env[name] ? [process.env[name]] : []))
  let mask = maskOf(secrets)
  const signal = AbortSignal.timeout(Math.max(1_000, work.step.timeoutMs - graceMs))
  const tools: StepTools = {
    signal,
    guarded: true,
    driver: driverOf(work.target),
    routes: work.target.routes ?? null,
    again: work.again,
    maskNames: work.maskNames,
    fingerprintKey: Buffer.from(work.fingerprintKey, 'hex'),
    log: (text, stream = 'agent') => void say({ log: { at: new Date().toISOString(), stream, line: clip(mask(text), longestLine) } }),
    artifact: (release) => ensureArtifact(work.store, release, signal),
    mask: (text) => mask(text),
    learnSecrets: (values) => {
      secrets.push(...values)
      mask = maskOf(secrets)
    },
    async mark(name) {
      if (process.env['KNOWNGOOD_AGENT_CRASH_AT']?.startsWith(name)) await say({ mark: name })
    },
  }
  try {
    const result = await act(work, tools)
    await say({ done: { outcome: 'succeeded', because: null, result: maskDeep(result, mask) as Record<string, unknown> } })
  } catch (error) {
    const result = error instanceof Because ? error.result : null
    await say({ done: { outcome: 'failed', because: clip(mask(becauseOf(error)), longestSentence), result: result && (maskDeep(result, mask) as Record<string, unknown>) } })
  }
  // The agent ends this group when it has heard how the step ended.
}

function act({ step }: Work, tools: StepTools): Promise<Record<string, unknown>> {
  switch (step.kind) {
    case 'snapshot':
      return snapshot(step.params, tools)
    case 'stage':
      return stage(step.params, tools)
    case 'deploy':
      return deploy(step.params, tools)
    case 'verify':
      return verify(step.params, tools)
    case 'drain':
      return drain(step.params, tools)
    case 'stop':
      return stop(step.params, tools)
    case 'open':
      return open(step.params, tools)
  }
}

const clip = (text: string, longest: number): string => (text.length <= longest ? text : `${text.slice(0, longest - 2)} …`)
