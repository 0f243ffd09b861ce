/** As much of a plan as its reader would have noticed; a stored document of any version has it. */
export interface ReadPlan {
  moves?: readonly { service: string; region: string; to: { version: string } }[]
  steps?: readonly { key: string }[]
}

/** What another plan does otherwise than the one that was read, in words. A vote for the old one is told so. */
export function whatChanged(read: ReadPlan, now: ReadPlan): string[] {
  const said: string[] = []
  const targets = (plan: ReadPlan): Map<string, string> => new Map((plan.moves ?? []).map((move) => [`${move.service} in ${move.region}`, move.to.version]))
  const [was, is] = [targets(read), targets(now)]
  for (const [target, version] of is) {
    const before = was.get(target)
    if (before === undefined) said.push(`${target} goes to ${version} too`)
    else if (before !== version) said.push(`${target} goes to ${version} instead of ${before}`)
  }
  for (const target of was.keys()) if (!is.has(target)) said.push(`${target} stays`)
  const keys = (plan: ReadPlan): string[] => (plan.steps ?? []).map((step) => step.key)
  const [more, fewer] = [keys(now).filter((key) => !keys(read).includes(key)), keys(read).filter((key) => !keys(now).includes(key))]
  if (more.length + fewer.length > 0) said.push(`${keys(now).length} steps instead of ${keys(read).length}${more.length > 0 ? `; new: ${some(more)}` : ''}${fewer.length > 0 ? `; gone: ${some(fewer)}` : ''}`)
  else if (keys(now).join() !== keys(read).join()) said.push('the same steps in another order')
  return said.length > 0 ? said : ['the same targets, versions and steps; something inside a step is other']
}

const some = (keys: readonly string[]): string => `${keys.slice(0, 3).join(', ')}${keys.length > 3 ? ` and ${keys.length - 3} more` : ''}`
