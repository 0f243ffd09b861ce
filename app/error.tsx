'use client'

import { useTranslations } from 'use-intl'
import { Button } from '#components/ui/button.tsx'
import { buttonClass } from '#components/ui/button-class.ts'

export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  const t = useTranslations('shell.error')
  return (
    <div role="alert" className="mx-auto flex min-h-[60dvh] max-w-lg flex-col items-start justify-center gap-4 px-4">
      <h1 className="text-2xl font-semibold tracking-tight">{t('title')}</h1>
      <p className="text-text-2">{t('text')}</p>
      {error.digest ? <p className="font-mono text-[0.8125rem] text-text-3">{error.digest}</p> : null}
      <div className="flex gap-2">
        <Button variant="primary" onClick={reset}>{t('again')}</Button>
        {/* A new page, not a step within the one that failed. */}
        <a href="/" className={buttonClass('secondary')}>{t('home')}</a>
      </div>
    </div>
  )
}
