'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '#components/ui/button.tsx'
import { Field, Textarea } from '#components/ui/field.tsx'
import { notify } from '#components/ui/notify.ts'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { useCommand } from '#lib/client/act.ts'
import type { HandOverView } from '#lib/incidents/view.ts'

/** To whom, and what no system knows. */
export function OfferSeat({ view }: { view: HandOverView }) {
  const t = useTranslations('handOver')
  const offer = useCommand('seat.offer')
  const [toId, setToId] = useState('')
  const [note, setNote] = useState('')
  if (view.candidates.length === 0) return <p className="text-text-2">{t('nobodyElse')}</p>
  return (
    <form
      className="space-y-4 rounded-md border border-border bg-surface px-4 py-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (toId !== '') offer.mutate({ incidentId: view.incident.id, term: view.term, toId, note }, { onSuccess: () => notify.ok(t('made')) })
      }}
    >
      <label className="block">
        <span className="block font-medium">{t('to')}</span>
        <select value={toId} onChange={(event) => setToId(event.target.value)} className="mt-1 h-11 w-full rounded-sm border border-border-strong bg-surface px-2">
          <option value="">{t('choose')}</option>
          {view.candidates.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </select>
      </label>
      <Field label={t('note')} hint={t('noteHint')}>
        <Textarea value={note} rows={3} maxLength={2_000} onChange={(event) => setNote(event.target.value)} />
      </Field>
      {offer.error && <ProblemNote problem={offer.error.problem} />}
      <Button type="submit" variant="primary" size="lg" busy={offer.isPending} disabledBecause={toId === '' ? t('noCandidate') : undefined}>
        {t('offer')}
      </Button>
    </form>
  )
}
