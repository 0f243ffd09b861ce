const ended = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)

/** How a rollback that did not succeed ended, as a sentence. The reason of one that was aborted begins with that very word. */
export function howItEnded({ status, because }: { status: string; because: string | null }): string {
  const reason = because?.replace(/^aborted: /, '')
  return `The rollback ${status === 'aborted' ? 'was aborted' : status}${reason ? `: ${ended(reason)}` : '.'}`
}
