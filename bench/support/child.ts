import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { join } from 'node:path'

/** A program of the bench's in a process of its own, so that it does not share our event loop; it speaks in messages. */
export interface Child {
  /** Asks it, and waits for its answer. */
  ask<T>(message: object): Promise<T>
  pid: number
  stop(): Promise<void>
}

export async function startChild(script: string, args: readonly string[] = []): Promise<Child> {
  const child: ChildProcess = fork(join(import.meta.dirname, '..', script), [...args], { serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const waiting = new Map<number, (answer: { result?: unknown; error?: string }) => void>()
  let asked = 0
  child.on('message', (message: { id: number; result?: unknown; error?: string }) => {
    waiting.get(message.id)?.(message)
    waiting.delete(message.id)
  })
  const gone = new Promise<void>((settle) => child.once('exit', () => settle()))
  void gone.then(() => {
    for (const settle of waiting.values()) settle({ error: `${script} has ended` })
  })
  const ask = <T>(message: object): Promise<T> =>
    new Promise((settle, fail) => {
      const id = ++asked
      waiting.set(id, ({ result, error }) => (error === undefined ? settle(result as T) : fail(new Error(`${script}: ${error}`))))
      child.send({ ...message, id })
    })
  return { ask, pid: child.pid ?? -1, stop: async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill()
    await gone
  } }
}

/** The other end: answers each message, and leaves with whoever asks. */
export function answerParent(answer: (message: never) => Promise<unknown>): void {
  process.on('message', (message: { id: number }) => {
    answer(message as never).then(
      (result) => process.send?.({ id: message.id, result }),
      (error: Error) => process.send?.({ id: message.id, error: error.message }),
    )
  })
  process.once('disconnect', () => process.exit(0))
}
