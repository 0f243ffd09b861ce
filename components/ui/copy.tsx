'use client'

import { Check, Copy as CopyIcon } from 'lucide-react'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { cn } from './cn.ts'

/** Puts `text` into the clipboard; shows `label` (or the text) and says once that it did. */
export function Copy({ text, label, className }: { text: string; label?: ReactNode; className?: string }) {
  const t = useTranslations('ui.copy')
  const [state, setState] = useState<'idle' | 'done' | 'failed'>('idle')
  const copy = (): void => {
    // Only secure pages have a clipboard; elsewhere the text stays there to be marked by hand.
    const written = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'))
    written.then(() => setState('done'), () => setState('failed'))
  }
  return (
    <span className={cn('inline-flex max-w-full items-center gap-1', className)}>
      <span className="truncate font-mono text-[0.8125rem]">{label ?? text}</span>
      <button type="button" onClick={copy} onBlur={() => setState('idle')} aria-label={t('copy', { text: typeof label === 'string' ? label : text })} className="grid size-6 shrink-0 place-items-center rounded-sm text-text-3 hover:bg-sunken hover:text-text">
        {state === 'done' ? <Check aria-hidden className="size-3.5 text-good-fg" /> : <CopyIcon aria-hidden className="size-3.5" />}
      </button>
      <span role="status" className={state === 'failed' ? 'text-xs text-bad-fg' : 'sr-only'}>{state === 'done' ? t('done') : state === 'failed' ? t('failed') : ''}</span>
    </span>
  )
}
