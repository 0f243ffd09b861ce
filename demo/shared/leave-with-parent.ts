/**
 * Ends this process when told to, or when whoever started it is gone: standard input is a pipe that the parent holds, and it
 * closes however the parent ends, even by SIGKILL.
 */
export function leaveWithParent(goodbye: () => Promise<void>, graceMs: number): void {
  let leaving = false
  const leave = (): void => {
    if (leaving) return
    leaving = true
    setTimeout(() => process.exit(1), graceMs).unref()
    goodbye().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.on('SIGTERM', leave)
  process.on('SIGINT', leave)
  process.stdin.on('end', leave)
  process.stdin.on('error', leave)
  process.stdin.resume()
}
