/** Replaces each step's key in a sentence by its name in quotes; the longest key first, so that none is cut by another. */
export function nameSteps(sentence: string, names: ReadonlyMap<string, string>): string {
  const keys = [...names.keys()].sort((a, b) => b.length - a.length)
  if (keys.length === 0) return sentence
  const pattern = new RegExp(keys.map((key) => key.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'g')
  return sentence.replace(pattern, (key) => `“${names.get(key) ?? key}”`)
}
