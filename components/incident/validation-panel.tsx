'use client'

import { useTranslations } from 'use-intl'
import { Age, Countdown } from '#components/ui/age.tsx'
import { Card } from '#components/ui/card.tsx'
import { Status } from '#components/ui/status.tsx'
import { Table, Tbody, Td, Th, Thead, Tr } from '#components/ui/table.tsx'
import type { ValidationView, Verdict } from '#lib/validation/view.ts'
import { verdictTone } from './look.ts'
import { asSentence, effectOf, valueInWords } from './rules/in-words.ts'

/** Whether it helped, as it was measured: observed against baseline, with the effect in words. */
export function ValidationPanel({ validation }: { validation: ValidationView }) {
  const t = useTranslations('incident.validation')
  const say = (verdict: Verdict | null): string => t(verdict === 'no data' ? 'verdict.noData' : verdict === null ? 'verdict.measuring' : `verdict.${verdict}`)
  const counted = (effect: number): string => {
    const difference = effectOf(effect)
    return difference.kind === 'even' ? t('even') : t(difference.kind, { count: difference.of10 })
  }
  return (
    <Card
      title={t('title')}
      tone={validation.verdict === 'pass' ? 'good' : validation.verdict === 'fail' ? 'bad' : validation.verdict === 'no data' ? 'unknown' : 'working'}
      aside={
        validation.finishedAt ? (
          <Age at={validation.finishedAt} />
        ) : (
          <span>
            <Countdown until={validation.deadline} className="font-medium text-text" /> {t('left')}
          </span>
        )
      }
    >
      <p className="mb-4 flex flex-wrap items-center gap-x-3 gap-y-1">
        <Status tone={verdictTone(validation.verdict)}>{say(validation.verdict)}</Status>
        <span className="text-text-2">{t(validation.verdict === 'no data' ? 'means.noData' : validation.verdict === null ? 'means.measuring' : `means.${validation.verdict}`)}</span>
      </p>
      <Table label={t('table')} className="min-w-[36rem]">
        <Thead>
          <Tr>
            <Th>{t('what')}</Th>
            <Th>{t('verdictColumn')}</Th>
            <Th>{t('before')}</Th>
            <Th>{t('now')}</Th>
            <Th>{t('effect')}</Th>
          </Tr>
        </Thead>
        <Tbody>
          {validation.targets.flatMap((target) =>
            target.metrics.map((metric) => (
              <Tr key={`${target.service}:${target.region}:${metric.name}`}>
                <Th scope="row" className="font-normal">
                  <span className="font-medium">{metric.name}</span>
                  <span className="block whitespace-nowrap text-text-3">
                    {target.service} · {target.region}
                  </span>
                </Th>
                <Td>
                  <Status tone={verdictTone(metric.verdict)} size="sm">
                    {say(metric.verdict)}
                  </Status>
                </Td>
                <Td>
                  {metric.baselineMedian === null ? t('unknown') : valueInWords(metric.baselineMedian, metric.unit)}
                  <span className="block whitespace-nowrap text-text-3">{t('samples', { count: metric.baselineSamples })}</span>
                </Td>
                <Td>
                  {metric.observedMedian === null ? t('unknown') : valueInWords(metric.observedMedian, metric.unit)}
                  <span className="block whitespace-nowrap text-text-3">{t('samples', { count: metric.observedSamples })}</span>
                </Td>
                <Td className="max-w-64">
                  <span className="block text-pretty">{asSentence(metric.because)}</span>
                  {metric.effect !== null && <span className="block text-text-3">{counted(metric.effect)}</span>}
                </Td>
              </Tr>
            )),
          )}
        </Tbody>
      </Table>
      {validation.targets.length === 0 && <p className="pt-3 text-text-3">{t('nothingYet')}</p>}
    </Card>
  )
}
