'use client'

import { useMutation } from '@tanstack/react-query'
import type { UseMutationResult } from '@tanstack/react-query'
import type { Problem } from '#lib/platform/fault.ts'
import type { CommandInput, CommandName, CommandOutput } from '#lib/wiring.ts'
import { address } from './routes.ts'

/** What went wrong, as the server said it, or that it could not be reached. */
export class ProblemError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.name = 'ProblemError'
    this.problem = problem
  }
}

export const unreachable: Problem = { type: 'about:blank', title: 'unreachable', status: 0, code: 'unavailable', detail: 'The server cannot be reached. Nothing was changed as far as we know; look before you try again.' }

/** Sends one command. The key makes a second click, or a retry after a lost answer, the same request. */
export async function act<N extends CommandName>(name: N, input: CommandInput<N>, key: string = crypto.randomUUID()): Promise<CommandOutput<N>> {
  const { method, path, rest } = address(name, input as Record<string, unknown>)
  const response = await fetch(path, { method, headers: { 'content-type': 'application/json', 'idempotency-key': key }, body: JSON.stringify(rest) }).catch(() => null)
  if (!response) throw new ProblemError(unreachable)
  const body: unknown = await response.json().catch(() => null)
  if (!response.ok) throw new ProblemError((body as Problem | null) ?? { ...unreachable, status: response.status })
  return body as CommandOutput<N>
}

/** One command as a mutation: `mutate(input)`, `isPending`, `error` (a ProblemError). The screen follows by itself. */
export function useCommand<N extends CommandName>(name: N): UseMutationResult<CommandOutput<N>, ProblemError, CommandInput<N>> {
  return useMutation({ mutationFn: (input: CommandInput<N>) => act(name, input) })
}
