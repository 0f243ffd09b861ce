import type { Part } from './references.ts'

type Quote = 'none' | 'single' | 'double'

/** How the shell reads each place of a text: inside which quotes. A `$(…)` begins anew; comments count as outside, and quotes in them as nothing. */
function quotesOf(text: string): Quote[] {
  const out: Quote[] = []
  const outer: Quote[] = []
  let quote: Quote = 'none'
  let comment = false
  for (let at = 0; at < text.length; at++) {
    const here = text[at]
    out.push(comment ? 'none' : quote)
    if (comment) comment = here !== '\n'
    else if (here === "'" && quote !== 'double') quote = quote === 'single' ? 'none' : 'single'
    else if (quote === 'single') continue
    else if (here === '\\') {
      // What a backslash stands before means nothing.
      out.push(quote)
      at++
    } else if (here === '"') quote = quote === 'double' ? 'none' : 'double'
    else if (here === '(' && (quote === 'none' || text[at - 1] === '$')) {
      outer.push(quote)
      quote = 'none'
    } else if (here === ')' && quote === 'none') quote = outer.pop() ?? 'none'
    else if (here === '#' && quote === 'none' && /^$|[\s;&|(]/.test(text[at - 1] ?? '')) comment = true
  }
  return out
}

/** Whether a place of a shell command lies inside single quotes, where no variable is looked up. */
export const inSingleQuotes = (command: string, at: number): boolean => quotesOf(command)[at] === 'single'

/** `params.ticket` → `params_ticket`. */
const variableOf = (path: string): string => path.replaceAll('.', '_')

/** Text as one word of the shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/**
 * A command line with its references: each value is assigned to a variable in front, as one quoted word, and looked up
 * where it is used. A value is thus never read as code, whatever it holds and wherever the command uses it.
 */
export function shellCommand(parts: readonly Part[], valueOf: (path: string) => string): string {
  const assigned = new Map<string, string>()
  let command = ''
  for (const part of parts) {
    if (typeof part === 'string') command += part
    else {
      assigned.set(variableOf(part.path), valueOf(part.path))
      // Outside of quotes it brings its own, so that it stays one word.
      command += quotesOf(`${command}x`).at(-1) === 'double' ? `\${${variableOf(part.path)}}` : `"\${${variableOf(part.path)}}"`
    }
  }
  return [...[...assigned].map(([name, value]) => `${name}=${quoted(value)}`), command].join('\n')
}
