'use client'

import { useDeferredValue, useMemo, useState } from 'react'
import { useTranslations } from 'use-intl'
import { ended } from '#components/incident/rules/in-words.ts'
import { Input } from '#components/ui/field.tsx'
import { BoxedList } from './long-list.tsx'
import type { Reason } from './rules/tell-reasons.ts'
import { reasonsAbout } from './rules/tell-reasons.ts'

interface Words {
  nameOf: (key: string) => string
  inWords: (sentence: string) => string
}

/** Every reason for the order, readable as it stands; found by words. A click on one chooses the step that waits. */
export function WhyList({ reasons, nameOf, inWords, onChoose, className }: Words & { reasons: readonly Reason[]; onChoose: (key: string) => void; className?: string }) {
  const t = useTranslations('plan.why')
  const [words, setWords] = useState('')
  const wanted = useDeferredValue(words)
  const shown = useMemo(() => reasonsAbout(reasons, wanted, nameOf), [reasons, wanted, nameOf])
  return (
    <div className="flex min-h-0 flex-col gap-2">
      <div className="flex items-baseline justify-between gap-3">
        <h3 className="eyebrow">{t('title')}</h3>
        <span className="text-xs text-text-3">{t('count', { shown: shown.length, total: reasons.length })}</span>
      </div>
      {reasons.length > 8 && <Input type="search" className="shrink-0" aria-label={t('filter')} placeholder={t('filter')} value={words} onChange={(event) => setWords(event.target.value)} />}
      {shown.length === 0 ? (
        <p className="text-text-3">{t(reasons.length === 0 ? 'none' : 'noMatch')}</p>
      ) : (
        <BoxedList
          label={t('title')} count={shown.length} estimate={76} className={className ?? ''} keyOf={(index) => `${shown[index]?.to ?? ''} ${shown[index]?.from[0] ?? ''}`}
          row={(index) => {
            const reason = shown[index]
            return reason && <WhyItem reason={reason} nameOf={nameOf} inWords={inWords} onChoose={() => onChoose(reason.to)} />
          }}
        />
      )}
    </div>
  )
}

function WhyItem({ reason, nameOf, inWords, onChoose }: Words & { reason: Reason; onChoose: () => void }) {
  const t = useTranslations('plan.why')
  return (
    <button type="button" onClick={onChoose} className="block w-full rounded-sm border-b border-border px-1 py-2 text-left hover:bg-sunken">
      <span className="block text-[0.8125rem] leading-5 text-text-2 text-pretty">
        {t.rich('waits', { step: nameOf(reason.to), from: fromInWords(reason, nameOf, t), strong: (chunks) => <span className="font-semibold text-text">{chunks}</span> })}
      </span>
      <span className="mt-0.5 block text-[0.8125rem] leading-5 text-text-3 text-pretty">
        {ended(inWords(reason.because))} {reason.from.length > 1 && t('andLike', { count: reason.from.length })}
      </span>
    </button>
  )
}

/** What is waited for: one step by name, many as a number. */
export const fromInWords = (reason: Reason, nameOf: (key: string) => string, t: ReturnType<typeof useTranslations<'plan.why'>>): string => {
  const first = nameOf(reason.from[0] ?? '')
  return reason.from.length === 1 ? first : t('many', { count: reason.from.length, first })
}
