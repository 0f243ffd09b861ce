'use client'

import { ChevronRight } from 'lucide-react'
import { useId, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Copy } from '#components/ui/copy.tsx'
import { Status } from '#components/ui/status.tsx'
import { Td, Tr } from '#components/ui/table.tsx'
import { Time } from '#components/ui/time.tsx'
import { shortHash } from '#components/incident/rules/in-words.ts'
import type { RecordView } from '#lib/governance/view.ts'

/** One record; opened, it shows its payload and what proves it. */
export function RecordRow({ record }: { record: RecordView }) {
  const t = useTranslations('record')
  const [open, setOpen] = useState(false)
  const id = useId()
  return (
    <>
      <Tr className={open ? 'border-b-0!' : ''}>
        <Td>
          <button type="button" aria-expanded={open} aria-controls={id} aria-label={t('open', { action: record.action })} onClick={() => setOpen(!open)} className="-my-1 -ml-1.5 grid size-7 place-items-center rounded-sm text-text-3 hover:bg-sunken hover:text-text">
            <ChevronRight aria-hidden className={`size-4 transition-transform duration-150 ${open ? 'rotate-90' : ''}`} />
          </button>
        </Td>
        <Td>
          <Time at={record.at} seconds />
        </Td>
        <Td>
          <span className="font-medium">{record.actor.name}</span> {record.actor.kind !== record.actor.name && <span className="text-text-3">{record.actor.kind}</span>}
        </Td>
        <Td className="font-mono text-[0.8125rem]">{record.action}</Td>
        <Td className="text-text-2">
          {record.subject.kind} <span className="font-mono text-xs text-text-3">{record.subject.id.slice(-12)}</span>
        </Td>
        <Td>
          {record.leaf ? (
            <span className="font-mono">
              #{record.leaf.index} <span className="text-text-3">{shortHash(record.leaf.hash)}</span>
            </span>
          ) : (
            <Status tone="unknown" size="sm">
              {t('notSealed')}
            </Status>
          )}
        </Td>
      </Tr>
      {open && (
        <Tr id={id}>
          <Td />
          <Td colSpan={5} className="space-y-3 pb-4">
            <dl className="grid gap-x-6 gap-y-1 sm:grid-cols-[auto_minmax(0,1fr)]">
              <Line label={t('recordId')} value={record.id} />
              <Line label={t('actorId')} value={record.actor.id} />
              <Line label={t('subjectId')} value={record.subject.id} />
              {record.incidentId && <Line label={t('incident')} value={record.incidentId} />}
              <Line label={t('digest')} value={record.payloadDigest} />
              {record.leaf && <Line label={t('leafHash')} value={record.leaf.hash} />}
            </dl>
            {record.payload === null ? (
              <p className="text-text-2">{t('noPayload')}</p>
            ) : (
              <pre tabIndex={0} aria-label={t('payload')} className="max-h-96 overflow-auto rounded-sm border border-border bg-sunken p-3 font-mono text-xs leading-5">
                {JSON.stringify(record.payload, null, 2)}
              </pre>
            )}
          </Td>
        </Tr>
      )}
    </>
  )
}

function Line({ label, value }: { label: string; value: string }) {
  return (
    <div className="contents">
      <dt className="text-text-3">{label}</dt>
      <dd className="min-w-0">
        <Copy text={value} />
      </dd>
    </div>
  )
}
