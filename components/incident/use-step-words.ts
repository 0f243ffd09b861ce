'use client'

import { useTranslations } from 'use-intl'

/** A step as a sentence: `switch checkout in eu`. Kinds that are not known here keep their own name. */
export function useStepWords(): (step: { stepKind: string; service: string; region: string }) => string {
  const t = useTranslations('run.step')
  return ({ stepKind, service, region }) => {
    switch (stepKind) {
      case 'snapshot':
      case 'stage':
      case 'deploy':
      case 'verify':
        return t(stepKind, { service, region })
      default:
        return t('other', { kind: stepKind, service, region })
    }
  }
}
