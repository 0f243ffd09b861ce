'use client'

import { useMutation } from '@tanstack/react-query'
import type { UseMutationResult } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import type { Problem } from '#lib/platform/fault.ts'
import type { CommandInput, CommandName, CommandOutput } from '#lib/wiring.ts'
import { keepKey } from './keep-key.ts'
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

/** Asks the person to prove that it is they; true once they have. */
type AskToProve = (problem: Problem) => Promise<boolean>

let askToProve: AskToProve | null = null

/** Says who asks, as long as that dialog is on the page. */
export function proveWith(ask: AskToProve | null): void {
  askToProve = ask
}

/** Sends one command. The same key makes a retry after a lost answer the same request. */
export async function act<N extends CommandName>(name: N, input: CommandInput<N>, key: string = crypto.randomUUID()): Promise<CommandOutput<N>> {
  const { method, path, rest } = address(name, input as Record<string, unknown>)
  const response = await fetch(path, { method, headers: { 'content-type': 'application/json', 'idempotency-key': key }, body: JSON.stringify(rest) }).catch(() => null)
  if (!response) throw new ProblemError(unreachable)
  const body: unknown = await response.json().catch(() => null)
  // Nothing was done yet: what was refused for want of a second factor is sent again as the same request.
  if (response.status === 403 && (body as Problem | null)?.code === 'step_up_required' && (await askToProve?.(body as Problem))) return act(name, input, key)
  if (!response.ok) throw new ProblemError((body as Problem | null) ?? { ...unreachable, status: response.status })
  return body as CommandOutput<N>
}

/** What is to be done once the answer is there. */
export interface After<R> {
  onSuccess?: (result: R) => void
  onError?: (error: ProblemError) => void
}

export type Command<N extends CommandName> = Omit<UseMutationResult<CommandOutput<N>, ProblemError, CommandInput<N>>, 'mutate'> & {
  mutate: (input: CommandInput<N>, after?: After<CommandOutput<N>>) => void
}

/**
 * One command as a mutation: `mutate(input)`, `isPending`, `error` (a ProblemError). The screen follows by itself, often
 * before the answer is there, and the button may be gone by then: what comes after is called all the same.
 */
export function useCommand<N extends CommandName>(name: N): Command<N> {
  const [keys] = useState(keepKey)
  const mutation = useMutation<CommandOutput<N>, ProblemError, CommandInput<N>>({
    mutationFn: async (input: CommandInput<N>) => {
      const result = await act(name, input, keys.of(input))
      keys.done()
      return result
    },
  })
  const { mutateAsync } = mutation
  const mutate = useCallback(
    (input: CommandInput<N>, after?: After<CommandOutput<N>>): void => {
      mutateAsync(input).then((result) => after?.onSuccess?.(result), (error: ProblemError) => after?.onError?.(error))
    },
    [mutateAsync],
  )
  return { ...mutation, mutate }
}
