'use client'

import { useTranslations } from 'use-intl'
import { StatusMark } from '#components/ui/status.tsx'

/** Around everything that is a drill: a frame about the whole window and a label at its top, so that neither is taken for the other. */
export function DrillFrame({ kind }: { kind: 'real' | 'drill' }) {
  const t = useTranslations('shell.drill')
  if (kind === 'real') return null
  return (
    <>
      <div aria-hidden className="pointer-events-none fixed inset-0 z-30 border-4 border-dashed border-drill" />
      <p className="mb-4 flex items-center gap-2 rounded-md border border-drill bg-drill-soft px-4 py-2 font-semibold text-drill-fg">
        <StatusMark tone="drill" />
        {t('label')}
      </p>
    </>
  )
}
