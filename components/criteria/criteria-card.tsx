'use client'

import { useTranslations } from 'use-intl'
import { Age } from '#components/ui/age.tsx'
import { Card } from '#components/ui/card.tsx'
import { Severity } from '#components/ui/severity.tsx'
import { Status } from '#components/ui/status.tsx'
import { Table, Tbody, Td, Th, Thead, Tr } from '#components/ui/table.tsx'
import { durationText } from '#components/ui/time-text.ts'
import type { CriteriaView } from '#lib/triggers/view.ts'
import { readRules } from './read-rules.ts'

const tones = { ok: 'good', breach: 'bad', 'no verdict': 'unknown' } as const
const words = { ok: 'ok', breach: 'breach', 'no verdict': 'noVerdict' } as const
/** The worst first, and what is not known before what is good. */
const order = { breach: 0, 'no verdict': 1, ok: 2 } as const
const signals = ['error-ratio', 'latency-p95', 'latency-p50', 'request-rate', 'no-healthy-instance'] as const
const actions = ['rollback', 'propose', 'notify', 'escalate', 'suppress'] as const

/** One criteria document: its rules in words, and how each judges each target now. */
export function CriteriaCard({ criteria }: { criteria: CriteriaView }) {
  const t = useTranslations('criteria')
  const rules = readRules(criteria.document)
  const states = [...criteria.states].sort((a, b) => order[a.verdict] - order[b.verdict] || a.rule.localeCompare(b.rule) || a.target.localeCompare(b.target))
  const count = (verdict: keyof typeof order): number => states.filter((state) => state.verdict === verdict).length
  const worst = count('breach') ? 'bad' : count('no verdict') || states.length === 0 ? 'unknown' : 'good'
  return (
    <Card
      tone={worst}
      title={<>{criteria.name} <span className="font-normal text-text-3">{t('revision', { revision: criteria.revision })}</span></>}
      aside={<span>{t('by', { author: criteria.author })} · <Age at={criteria.createdAt} /></span>}
    >
      <p className="mb-4 text-text-2">{criteria.reason}</p>
      <h3 className="eyebrow">{t('rules')}</h3>
      <Table label={t('rules')}>
        <Thead><Tr><Th>{t('columns.rule')}</Th><Th>{t('columns.when')}</Th><Th>{t('columns.does')}</Th></Tr></Thead>
        <Tbody>
          {rules.map((rule) => {
            const signal = signals.find((one) => one === rule.signal)
            const action = actions.find((one) => one === rule.action)
            return (
              <Tr key={rule.name}>
                <Th scope="row"><span className="flex items-center gap-2"><Severity level={rule.severity} size="sm" />{rule.name}</span></Th>
                <Td>{t('when', { signal: signal ? t(`signal.${signal}`) : rule.signal, direction: t(`direction.${rule.direction}`), limit: rule.limit, window: durationText(rule.windowSeconds * 1000) })}{rule.forSeconds ? t('held', { time: durationText(rule.forSeconds * 1000) }) : ''}</Td>
                <Td>{action ? t(`does.${action}`) : rule.action}</Td>
              </Tr>
            )
          })}
        </Tbody>
      </Table>
      <h3 className="eyebrow mt-5">{t('states')}</h3>
      {states.length === 0 ? <p className="text-text-2">{t('noStates')}</p> : (
        <>
          <p className="mb-1 text-text-2">{t('counts', { breach: count('breach'), none: count('no verdict'), ok: count('ok') })}</p>
          <Table label={t('states')}>
            <Thead><Tr><Th>{t('columns.verdict')}</Th><Th>{t('columns.rule')}</Th><Th>{t('columns.target')}</Th><Th>{t('columns.because')}</Th><Th>{t('columns.since')}</Th></Tr></Thead>
            <Tbody>
              {states.map((state) => (
                <Tr key={`${state.rule} ${state.target}`}>
                  <Td><Status size="sm" tone={tones[state.verdict]}>{t(`verdict.${words[state.verdict]}`)}</Status></Td>
                  <Td className="whitespace-nowrap">{state.rule}</Td>
                  <Td className="whitespace-nowrap">{state.target}</Td>
                  <Td className="min-w-64">{state.because}</Td>
                  <Td className="whitespace-nowrap"><Age at={state.since} /></Td>
                </Tr>
              ))}
            </Tbody>
          </Table>
        </>
      )}
      <details className="mt-4">
        <summary className="text-[0.8125rem] font-medium">{t('document')}</summary>
        <pre className="mt-2 max-h-96 overflow-auto rounded-md bg-sunken p-3 font-mono text-xs leading-5" tabIndex={0}>{JSON.stringify(criteria.document, null, 2)}</pre>
      </details>
    </Card>
  )
}
