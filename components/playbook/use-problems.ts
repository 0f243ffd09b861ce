'use client'

import { useEffect, useState } from 'react'
import type { PlaybookProblem } from '#lib/orchestration/rules/playbook/read-yaml.ts'

/** What is wrong with a text, by the rules of the server, here; null while it is not known. The rules come with their first use: few who look at playbooks write one. */
export function useProblems(text: string): readonly PlaybookProblem[] | null {
  const [found, setFound] = useState<{ text: string; problems: readonly PlaybookProblem[] } | null>(null)
  useEffect(() => {
    let gone = false
    void import('#lib/orchestration/rules/playbook/parse.ts').then(
      ({ parsePlaybook }) => {
        if (gone) return
        const parsed = parsePlaybook(text)
        setFound({ text, problems: parsed.ok ? [] : parsed.problems })
      },
      // Without the rules the server says what is wrong, once it is sent.
      () => undefined,
    )
    return () => void (gone = true)
  }, [text])
  return found?.text === text ? found.problems : null
}
