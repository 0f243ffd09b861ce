'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { HoldButton } from '#components/ui/hold-button.tsx'
import { notify } from '#components/ui/notify.ts'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { useCommand } from '#lib/client/act.ts'
import type { HandOverView } from '#lib/incidents/view.ts'

/** Each line is ticked by whoever takes over. Mounted anew for another packet: what has changed is read again. */
export function ReadBack({ view, offerId }: { view: HandOverView; offerId: string }) {
  const t = useTranslations('handOver')
  const router = useRouter()
  const accept = useCommand('seat.accept')
  const [read, setRead] = useState<readonly string[]>([])
  const because = view.unowned.length > 0 ? t('unownedFirst') : read.length < view.facts.length ? t('allFirst') : undefined
  return (
    <section aria-labelledby="packet" className="space-y-3 rounded-md border border-border-strong bg-surface px-4 py-3">
      <h2 id="packet" className="text-base font-semibold">
        {t('packet')}
      </h2>
      <ul className="divide-y divide-border">
        {view.facts.map((fact) => (
          <li key={fact.key}>
            <label className="flex min-h-11 items-center gap-3 py-2">
              <input type="checkbox" className="size-5 shrink-0" checked={read.includes(fact.key)} onChange={() => setRead(read.includes(fact.key) ? read.filter((one) => one !== fact.key) : [...read, fact.key])} />
              <span className="text-pretty">{t('readBack', { sentence: fact.sentence })}</span>
            </label>
          </li>
        ))}
      </ul>
      {accept.error && <ProblemNote problem={accept.error.problem} />}
      <HoldButton
        size="lg"
        className="w-full sm:w-80"
        busy={accept.isPending}
        disabledBecause={because}
        onConfirm={() =>
          accept.mutate(
            { offerId, digest: view.digest, readBack: [...read] },
            {
              onSuccess: () => {
                notify.ok(t('accepted'))
                router.push(`/incidents/${view.incident.number}`)
              },
            },
          )
        }
      >
        {t('accept')}
      </HoldButton>
    </section>
  )
}
