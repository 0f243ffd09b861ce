'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { useMe } from '#components/approval/use-me.ts'
import { PageHeader } from '#components/ui/page-header.tsx'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { Time } from '#components/ui/time.tsx'
import { useLive } from '#lib/client/live.tsx'
import type { HandOverView } from '#lib/incidents/view.ts'
import { EndOffer } from './end-offer.tsx'
import { OfferSeat } from './offer-seat.tsx'
import { ReadBack } from './read-back.tsx'

/** The packet as it is now; whoever commands offers it, whoever it is offered to reads it back. */
export function HandOverScreen({ number, initial }: { number: number; initial?: { data: HandOverView; version: string } | undefined }) {
  const t = useTranslations('handOver')
  const me = useMe()
  const live = useLive('hand-over.view', { number }, initial)
  if (!live.data) return live.problem ? <ProblemNote problem={live.problem} /> : <Skeleton className="h-64" />
  const { incident, holder, term, facts, unowned, offer } = live.data
  const receiving = offer !== null && offer.to.id === me?.id
  return (
    <>
      <PageHeader title={t('title', { number: incident.number })} live={live}>
        {t('intro')}{' '}
        <Link href={`/incidents/${incident.number}`} className="font-medium underline underline-offset-2">
          {t('back', { number: incident.number })}
        </Link>
      </PageHeader>
      {live.problem && <ProblemNote problem={live.problem} />}
      <div className="max-w-3xl space-y-5">
        <p className="font-medium">{holder ? t('holder', { name: holder.name, term }) : t('nobody')}</p>
        {unowned.length > 0 && (
          <section aria-labelledby="unowned" className="rounded-md border border-bad bg-surface px-4 py-3">
            <h2 id="unowned" className="font-semibold text-bad-fg">
              {t('unowned')}
            </h2>
            <ul className="mt-1 list-disc space-y-1 pl-5">
              {unowned.map((one) => (
                <li key={one}>{one}</li>
              ))}
            </ul>
          </section>
        )}
        {offer && (
          <div role="status" className="rounded-md border border-border-strong bg-surface px-4 py-3">
            <p>
              {t('offered', { from: offer.from.name, to: offer.to.name })} <Time at={offer.expiresAt} />
            </p>
            {offer.note && <p className="mt-1 text-text-2 text-pretty">{t('offeredNote', { note: offer.note })}</p>}
          </div>
        )}
        {receiving ? (
          <ReadBack key={live.data.digest} view={live.data} offerId={offer.id} />
        ) : (
          <section aria-labelledby="packet" className="rounded-md border border-border bg-surface px-4 py-3">
            <h2 id="packet" className="text-base font-semibold">
              {t('packet')}
            </h2>
            <ul className="mt-2 divide-y divide-border">
              {facts.map((fact) => (
                <li key={fact.key} className="py-2 text-pretty">
                  {fact.sentence}
                </li>
              ))}
            </ul>
          </section>
        )}
        {offer && (receiving || offer.from.id === me?.id) && <EndOffer offerId={offer.id} mine={!receiving} />}
        {!offer && holder && holder.id === me?.id && <OfferSeat view={live.data} />}
      </div>
    </>
  )
}
