import type { PlaybookView } from '#lib/orchestration/view.ts'

/** What was typed, with the type that each parameter has. What was left empty is not given; what is no number is sent as it is, and refused in words. */
export function givenParams(params: PlaybookView['params'], typed: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(
    params.flatMap(({ name, type }): [string, unknown][] => {
      const text = typed[name]
      if (text === undefined || (text === '' && type !== 'string')) return []
      if (type === 'boolean') return [[name, text === 'true']]
      if (type === 'number') return [[name, text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text)]]
      return [[name, text]]
    }),
  )
}
