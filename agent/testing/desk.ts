import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CommandCenter, Completion, Offered } from './command-center.ts'
import { startCommandCenter } from './command-center.ts'
import { processesWith } from './processes.ts'
import type { StartedAgent } from './start-agent.ts'
import { startAgent } from './start-agent.ts'
import { until } from './until.ts'

/** A real agent with a command center of its own, for trying one step after the other. */
export interface Desk {
  center: CommandCenter
  agent: StartedAgent
  /** Gives it one step and waits for its end. */
  do: (kind: string, params: Record<string, unknown>, more?: Partial<Offered>) => Promise<Completion & { lines: () => Promise<string[]> }>
  linesOf: (stepId: string) => string[]
  close: () => Promise<void>
}

export const scratchFolder = (): string => mkdtempSync(join(tmpdir(), 'kg-desk-'))

export interface DeskOptions {
  folder: string
  config: Record<string, unknown> | ((center: CommandCenter) => Record<string, unknown>)
  env?: Record<string, string>
  leaseMs?: number
}

let count = 0

export async function startDesk({ folder, config, env = {}, leaseMs = 15_000 }: DeskOptions): Promise<Desk> {
  const center = await startCommandCenter({ leaseMs })
  const agent = startAgent(folder, { v: 1, server: center.url, name: 'eu-1', token: center.token, data: join(folder, 'data'), ...(typeof config === 'function' ? config(center) : config) }, env)
  const linesOf = (stepId: string): string[] => (center.logs.get(`${stepId}:1`) ?? []).map((line) => line.line)
  return {
    center,
    agent,
    linesOf,
    async do(kind, params, more = {}) {
      const id = center.offer({ key: `${kind}-${++count}`, kind, params, ...more })
      const ended = await until(`the end of ${kind}; the agent says: ${agent.output().slice(-2_000)}`, () => center.completions.find((one) => one.stepId === id), 45_000)
      return {
        ...ended,
        // Logs come a moment after the report.
        lines: async () => {
          await until('its log', () => linesOf(id).length > 0, 3_000).catch(() => null)
          await new Promise((resolve) => setTimeout(resolve, 300))
          return linesOf(id)
        },
      }
    },
    async close() {
      agent.child.kill('SIGKILL')
      await agent.exited
      await center.close()
      for (const pid of processesWith(folder)) process.kill(pid, 'SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
