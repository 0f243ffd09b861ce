import { useTranslations } from 'use-intl'
import { Card } from '#components/ui/card.tsx'
import type { PlaybookView } from '#lib/orchestration/view.ts'

/** What it is for, when it is used by itself, and what whoever uses it has to say. */
export function PlaybookFacts({ playbook }: { playbook: PlaybookView }) {
  const t = useTranslations('playbook')
  return (
    <Card title={t('facts.title')}>
      {playbook.description ? <p className="mb-3 max-w-prose text-pretty">{playbook.description}</p> : null}
      <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-[max-content_1fr]">
        <dt className="text-text-3">{t('facts.when')}</dt>
        <dd className="min-w-0">{playbook.when ? <code className="font-mono text-xs wrap-anywhere">{playbook.when}</code> : t('byName')}</dd>
        <dt className="text-text-3">{t('facts.params')}</dt>
        <dd className="min-w-0">
          {playbook.params.length === 0 ? t('facts.noParams') : (
            <ul className="space-y-1">
              {playbook.params.map((param) => (
                <li key={param.name}>
                  <code className="font-mono text-xs">{param.name}</code> <span className="text-text-3">{param.type === 'choice' ? param.of.join(' | ') : param.type}, {param.required ? t('facts.required') : t('facts.default', { value: String(param.default) })}</span>
                  {param.describe ? <span className="text-text-2"> · {param.describe}</span> : null}
                </li>
              ))}
            </ul>
          )}
        </dd>
        <dt className="text-text-3">{t('facts.reason')}</dt>
        <dd className="min-w-0">{playbook.reason}</dd>
      </dl>
    </Card>
  )
}
