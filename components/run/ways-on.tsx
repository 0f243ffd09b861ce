'use client'

import { useTranslations } from 'use-intl'
import { asSentence } from '#components/incident/rules/in-words.ts'
import type { WayOn } from './rules/ways-on-of.ts'

/** What can be done next, as the server says it; the buttons for it are at the run and at its steps. */
export function WaysOn({ ways, nameSteps }: { ways: readonly WayOn[]; nameSteps: (sentence: string) => string }) {
  const t = useTranslations('run')
  if (ways.length === 0) return null
  return (
    <div className="mt-2">
      <p className="text-text-3">{t('waysOn')}</p>
      <ul className="list-disc pl-4 text-text-2">
        {ways.map((way) => (
          <li key={`${way.command} ${way.step ?? ''}`}>{asSentence(nameSteps(way.say))}</li>
        ))}
      </ul>
    </div>
  )
}
