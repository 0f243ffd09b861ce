'use client'

import { useTranslations } from 'use-intl'
import { cn } from '#components/ui/cn.ts'
import { toneMark, toneText } from '#components/ui/status.tsx'
import type { Stage } from './board-facts.ts'
import { stageTone, stages } from './board-facts.ts'

/** How far it is: what is behind is filled, what is now is large and named, what is ahead is empty. */
export function StageTrack({ stage }: { stage: Stage }) {
  const t = useTranslations('board')
  const at = stages.indexOf(stage)
  return (
    <ol aria-label={t('stagesLabel')} className="grid grid-cols-1 gap-y-2 sm:grid-cols-6">
      {stages.map((name, index) => (
        <li key={name} aria-current={index === at ? 'step' : undefined} className="flex items-center gap-4 sm:flex-col sm:items-stretch sm:gap-[0.6vh]">
          <span aria-hidden className="flex items-center max-sm:w-[1.6em] max-sm:justify-center sm:h-[1.6em]">
            <span className={cn('grid shrink-0 place-items-center rounded-full border-[0.2em]', index === at ? ['size-[1.6em] border-transparent', toneMark[stageTone[stage]]] : index < at ? 'size-[1em] border-text bg-text' : 'size-[1em] border-border-strong bg-transparent')} />
            {index < stages.length - 1 ? <span className={cn('hidden h-[0.2em] flex-1 sm:block', index < at ? 'bg-text' : 'bg-border-strong/60')} /> : null}
          </span>
          <span className={cn('text-[0.8em] leading-tight', index === at ? ['font-bold', toneText[stageTone[stage]]] : index < at ? 'text-text-2' : 'text-text-3')}>
            {t(`stages.${name}`)}
            {index === at ? <span className="sr-only"> ({t('now')})</span> : null}
          </span>
        </li>
      ))}
    </ol>
  )
}
