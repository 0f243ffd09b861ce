'use client'

import Link from 'next/link'
import { useEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { Field, Input } from '#components/ui/field.tsx'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { proveWith, useCommand } from '#lib/client/act.ts'
import type { Problem } from '#lib/platform/fault.ts'

/** Asks for a code where the server wants to know once more that it is really this person; then what was asked for is sent again. */
export function ProveDialog() {
  const t = useTranslations('shell.prove')
  const [problem, setProblem] = useState<Problem | null>(null)
  const waiting = useRef<((proven: boolean) => void)[]>([])
  useEffect(() => {
    proveWith(async (asked) => {
      setProblem(asked)
      return new Promise((resolve) => waiting.current.push(resolve))
    })
    return () => proveWith(null)
  }, [])
  const settle = (proven: boolean): void => {
    setProblem(null)
    for (const resolve of waiting.current.splice(0)) resolve(proven)
  }
  const enrolled = problem?.['enrolled'] !== false
  return (
    <Dialog open={problem !== null} onOpenChange={(open) => (open ? undefined : settle(false))} title={t('title')} description={enrolled ? t('text') : t('none')}>
      {enrolled ? (
        <ProveForm onDone={settle} />
      ) : (
        <Button asChild variant="primary" onClick={() => settle(false)}>
          <Link href="/me">{t('add')}</Link>
        </Button>
      )}
    </Dialog>
  )
}

function ProveForm({ onDone }: { onDone: (proven: boolean) => void }) {
  const t = useTranslations('shell.prove')
  const [code, setCode] = useState('')
  const prove = useCommand('factor.prove')
  // A wrong code is no reason to sign in again, which is what this refusal means elsewhere.
  const wrong = prove.error?.problem.code === 'unauthenticated' ? t('wrong') : null
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        prove.mutate({ code: code.trim() }, { onSuccess: () => onDone(true), onError: () => setCode('') })
      }}
    >
      <Field label={t('code')} hint={t('hint')} error={wrong}>
        <Input value={code} onChange={(event) => setCode(event.target.value)} autoComplete="one-time-code" inputMode="text" required minLength={6} maxLength={40} autoFocus className="h-11 font-mono" />
      </Field>
      <ProblemNote problem={wrong ? null : prove.error?.problem} />
      <div className="flex flex-wrap justify-end gap-2">
        <Button variant="ghost" onClick={() => onDone(false)}>{t('cancel')}</Button>
        <Button type="submit" variant="primary" busy={prove.isPending}>{t('submit')}</Button>
      </div>
    </form>
  )
}
