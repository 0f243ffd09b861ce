/** The digest that more than half of the instances run, or null: no majority, bytes nobody knows, or nothing seen. */
export function majorityDigest(observed: readonly { digest: string | null; state: string }[] | null): string | null {
  const running = (observed ?? []).filter((instance) => instance.state !== 'stopped')
  const counts = new Map<string, number>()
  for (const { digest } of running) if (digest) counts.set(digest, (counts.get(digest) ?? 0) + 1)
  for (const [digest, count] of counts) if (count * 2 > running.length) return digest
  return null
}

/** Whether something runs, and every instance that runs has exactly these bytes. */
export function runsOnly(observed: readonly { digest: string | null; state: string }[] | null, digest: string): boolean {
  const running = (observed ?? []).filter((instance) => instance.state !== 'stopped')
  return running.length > 0 && running.every((instance) => instance.digest === digest)
}
