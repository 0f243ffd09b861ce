'use client'

import { useTranslations } from 'use-intl'
import type { PolicyView } from '#lib/governance/view.ts'

/** What a revision says otherwise than the one it is compared with, each in words. */
export function PolicyChanges({ policy }: { policy: PolicyView }) {
  const t = useTranslations('policy')
  return (
    <section aria-labelledby="changes">
      <h2 id="changes" className="text-base font-semibold">
        {t('changes', { revision: policy.revision, against: policy.against })}
      </h2>
      {policy.changes.length === 0 && <p className="mt-2 text-text-2">{t('noChanges')}</p>}
      <ul className="mt-2 space-y-3">
        {policy.changes.map((change) => (
          <li key={`${change.part} ${change.name}`} className="rounded-md border border-border bg-surface px-4 py-3">
            <p className="font-medium">
              {t(`part.${change.part}`)} {change.name}
              <span className="ml-2 font-normal text-text-3">{change.before === null ? t('added') : change.after === null ? t('gone') : null}</span>
            </p>
            {change.after !== null && <p className="text-pretty">{change.after}</p>}
            {change.before !== null && (
              <p className="text-text-3 text-pretty">
                {t('was')} <del>{change.before}</del>
              </p>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
