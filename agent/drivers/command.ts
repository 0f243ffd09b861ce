import { Because } from '../because.ts'
import type { CommandTarget } from '../config.ts'
import type { ReleaseRef } from '../protocol.ts'
import { runProgram } from '../run-program.ts'
import type { Driver, DriverTools, Snapshot } from './driver.ts'
import { instancesOf } from './driver.ts'

type Tools = Pick<DriverTools, 'signal' | 'log' | 'guarded' | 'flow'>

/** Runs the user's own programs: argument lists, never a shell; only the variables that are allowed are passed on. */
export function commandDriver(target: CommandTarget): Driver {
  const { service, cwd = process.cwd() } = target

  const passed = (extra: Record<string, string>): Record<string, string> => ({
    ...Object.fromEntries(target.env.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name] as string]]))),
    KG_SERVICE: service,
    ...extra,
  })

  async function run(what: string, argv: readonly string[], extra: Record<string, string>, { signal, log, guarded, flow }: Tools): Promise<void> {
    const { code } = await runProgram({ argv, cwd, env: passed(extra), signal, ownGroup: !guarded, ...(flow ? { flow } : {}), onLine: (stream, line) => log(line, stream) })
    if (code !== 0) throw new Because(`${what} of ${service} ended with ${code}: ${argv.join(' ')}`)
  }

  async function read(what: string, argv: readonly string[], { signal, log, guarded, flow }: Tools): Promise<unknown> {
    const { code, output } = await runProgram({ argv, cwd, env: passed({}), signal, ownGroup: !guarded, ...(flow ? { flow } : {}), capture: true, onLine: (stream, line) => log(line, stream) })
    if (code !== 0) throw new Because(`${what} of ${service} ended with ${code}: ${argv.join(' ')}`)
    try {
      return JSON.parse(output) as unknown
    } catch {
      throw new Because(`${what} of ${service} did not print JSON: ${argv.join(' ')}`)
    }
  }

  const runHook = async (hook: 'drain' | 'stop' | 'open', tools: Tools): Promise<void> => {
    const argv = target[hook]
    if (!argv) throw new Because(`${service} has no ${hook} program in this agent's configuration`)
    await run(hook, argv, {}, tools)
  }

  const about = (release: ReleaseRef, path: string): Record<string, string> => ({ KG_DIGEST: release.digest, KG_VERSION: release.version, KG_ARTIFACT: path })

  return {
    observe: async (tools) => instancesOf(await read('observe', target.observe, tools), `observe of ${service}`),

    async stage(release, tools) {
      const held = await tools.artifact(release)
      if (target.stage) await run('stage', target.stage, about(release, held.path), tools)
      return held
    },

    async switch(release, tools) {
      const held = await tools.artifact(release)
      await run('switch', target.switch, about(release, held.path), tools)
    },

    async start(release, tools) {
      const held = await tools.artifact(release)
      await run('switch', target.switch, { ...about(release, held.path), KG_CLOSED: '1' }, tools)
    },

    // Whoever wrote the programs knows how users are let in; there is nobody else to ask.
    isOpen: () => Promise.resolve(null),
    drain: (tools) => runHook('drain', tools),
    stop: (tools) => runHook('stop', tools),
    open: (tools) => runHook('open', tools),

    verify: (digest, tools) => run('verify', target.verify, { KG_DIGEST: digest }, tools),

    async snapshot(tools): Promise<Snapshot> {
      if (!target.snapshot) return { config: {}, secrets: [] }
      const printed = (await read('snapshot', target.snapshot, tools)) as Partial<Snapshot> | null
      if (typeof printed?.config !== 'object' || printed.config === null) throw new Because(`snapshot of ${service} printed no config: it prints {"config":{},"secrets":[]}`)
      return { config: printed.config, secrets: Array.isArray(printed.secrets) ? printed.secrets.map(String) : [] }
    },
  }
}
