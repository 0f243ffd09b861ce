import { openAsBlob } from 'node:fs'
import { Because } from '../because.ts'
import type { ProcessTarget } from '../config.ts'
import { pause } from '../pause.ts'
import type { Instance, ReleaseRef } from '../protocol.ts'
import type { Driver, DriverTools, Snapshot, StagedArtifact } from './driver.ts'
import { allRun, instancesOf, sentenceOfInstances } from './driver.ts'

const quickMs = 5_000
const uploadMs = 120_000
const longestStartMs = 60_000
const longestDrainMs = 30_000

/** Asks a supervisor over HTTP; it owns the processes, so that nothing that serves users hangs on a step. */
export function processDriver({ service, supervisor }: ProcessTarget): Driver {
  const base = `${supervisor}/services/${encodeURIComponent(service)}`

  const observe: Driver['observe'] = async ({ signal }) => instancesOf(await ask(base, { signal, timeoutMs: quickMs }), `the supervisor of ${service}`)

  const stage = async (release: ReleaseRef, { signal, log, artifact }: DriverTools): Promise<StagedArtifact> => {
    const held = await artifact(release)
    const url = `${supervisor}/artifacts/${release.digest}`
    const found = await call(url, { method: 'HEAD', signal, timeoutMs: quickMs })
    if (found.status === 200) {
      log(`the supervisor already has ${service} ${release.version}`)
      return held
    }
    const answer = await call(url, { method: 'PUT', body: await openAsBlob(held.path), signal, timeoutMs: uploadMs })
    if (!answer.ok) throw new Because(`the supervisor refused the bytes of ${service} ${release.version}: ${await reason(answer)}`)
    log(`${held.bytes} bytes of ${service} ${release.version} given to the supervisor`)
    return held
  }

  return {
    observe,
    stage,

    async switch(release, tools) {
      const found = await call(`${supervisor}/artifacts/${release.digest}`, { method: 'HEAD', signal: tools.signal, timeoutMs: quickMs })
      if (found.status !== 200) await stage(release, tools)
      const done = (one: Instance | undefined): boolean => one?.digest === release.digest && one.state === 'healthy'
      const before = await observe(tools)
      if (before.length === 0) throw new Because(`the supervisor knows no instance of ${service}`)
      for (const { id } of before) {
        const seen = (await observe(tools)).find((one) => one.id === id)
        if (done(seen)) {
          tools.log(`${id} already runs ${release.version}`)
          continue
        }
        tools.log(`${id}: from ${seen?.version ?? seen?.digest?.slice(0, 19) ?? 'nothing known'} to ${release.version}`)
        await switchOne(id, release, tools)
        const now = (await observe(tools)).find((one) => one.id === id)
        if (!done(now)) throw new Because(`the supervisor says ${id} was switched, but ${now ? sentenceOfInstances([now]) : 'it is gone'}`)
        tools.log(`${id} is healthy on ${release.version}`)
      }
    },

    async start(release, tools) {
      const found = await call(`${supervisor}/artifacts/${release.digest}`, { method: 'HEAD', signal: tools.signal, timeoutMs: quickMs })
      if (found.status !== 200) await stage(release, tools)
      await change('start', { digest: release.digest, version: release.version, timeoutMs: longestStartMs }, tools)
    },

    async isOpen({ signal }) {
      const { open } = (await ask(base, { signal, timeoutMs: quickMs })) as { open?: unknown }
      return typeof open === 'boolean' ? open : null
    },

    drain: (tools) => change('drain', { timeoutMs: longestDrainMs }, tools),
    stop: (tools) => change('stop', {}, tools),
    open: (tools) => change('open', {}, tools),

    async verify(digest, tools) {
      const seen = await observe(tools)
      if (!allRun(seen, digest)) throw new Because(`not every instance of ${service} runs ${digest.slice(0, 19)}: ${sentenceOfInstances(seen)}`)
    },

    async snapshot({ signal }): Promise<Snapshot> {
      const answer = (await ask(`${base}/config`, { signal, timeoutMs: quickMs })) as Partial<Snapshot>
      if (typeof answer.config !== 'object' || answer.config === null || !Array.isArray(answer.secrets)) throw new Because(`the supervisor of ${service} answered without config and secrets`)
      return { config: answer.config, secrets: answer.secrets.map(String) }
    },
  }

  async function switchOne(id: string, { digest, version }: ReleaseRef, tools: DriverTools): Promise<void> {
    const because = await post(`instances/${encodeURIComponent(id)}/switch`, { digest, version, timeoutMs: longestStartMs }, tools)
    if (because) throw new Because(`${id} did not become healthy on ${version}: ${because}`)
  }

  async function change(verb: 'drain' | 'stop' | 'start' | 'open', body: Change, tools: DriverTools): Promise<void> {
    const because = await post(verb, body, tools)
    if (because) throw new Because(`the supervisor of ${service} could not ${verb} it: ${because}`)
  }

  /** Null when it is done, else why not. */
  async function post(path: string, body: Change, { signal }: DriverTools): Promise<string | null> {
    for (let attempt = 0; ; attempt++) {
      const answer = await call(`${base}/${path}`, { method: 'POST', body: JSON.stringify(body), signal, timeoutMs: (body.timeoutMs ?? 0) + 15_000 })
      if (answer.ok) {
        await answer.body?.cancel()
        return null
      }
      const because = await reason(answer)
      // Busy with an earlier attempt's change, perhaps of an agent that is gone: it ends by itself.
      if (answer.status !== 409 || attempt >= 40) return because
      await pause(500, signal)
    }
  }
}

/** What a change is asked with: the release, and how long it may take. */
type Change = Partial<Pick<ReleaseRef, 'digest' | 'version'>> & { timeoutMs?: number }

interface Call {
  method?: string
  body?: string | Blob
  signal: AbortSignal
  timeoutMs: number
}

async function call(url: string, { method = 'GET', body, signal, timeoutMs }: Call): Promise<Response> {
  try {
    const headers: Record<string, string> = typeof body === 'string' ? { 'content-type': 'application/json' } : body ? { 'content-type': 'application/octet-stream' } : {}
    return await fetch(url, { method, headers, redirect: 'error', signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]), ...(body === undefined ? {} : { body }) })
  } catch (error) {
    const cause = (error as Error).cause as { code?: string } | undefined
    const why = signal.aborted ? 'the time for this step was over' : (error as Error).name === 'TimeoutError' ? `no answer within ${Math.round(timeoutMs / 1000)} s` : (cause?.code ?? (error as Error).message)
    throw new Because(`the supervisor at ${new URL(url).host} cannot be asked (${why})`)
  }
}

async function ask(url: string, options: Call): Promise<unknown> {
  const answer = await call(url, options)
  if (!answer.ok) throw new Because(`the supervisor at ${new URL(url).host} answered ${answer.status}: ${await reason(answer)}`)
  return answer.json().catch(() => {
    throw new Because(`the supervisor at ${new URL(url).host} did not answer in JSON`)
  })
}

async function reason(answer: Response): Promise<string> {
  const text = (await answer.text().catch(() => '')).slice(0, 2_000)
  try {
    const { because, error, detail } = JSON.parse(text) as Record<string, unknown>
    const said = because ?? detail ?? error
    if (typeof said === 'string') return said
  } catch {
    // Not JSON: the text itself is what it said.
  }
  return text.trim() || `status ${answer.status}`
}
