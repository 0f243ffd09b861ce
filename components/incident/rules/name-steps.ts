/** Keys have no spaces in them; what stands around one in a sentence does not belong to it. */
const token = /[^\s“”"'(),;]+/g
const after = /[.:!?]+$/

/** Replaces each step's key in a sentence by its name in quotes. Looked up word by word: a plan may have a thousand steps. */
export function nameSteps(sentence: string, names: ReadonlyMap<string, string>): string {
  if (names.size === 0) return sentence
  return sentence.replace(token, (word) => {
    const key = names.has(word) ? word : word.replace(after, '')
    const name = names.get(key)
    return name === undefined ? word : `“${name}”${word.slice(key.length)}`
  })
}
