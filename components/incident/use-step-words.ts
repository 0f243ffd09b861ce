'use client'

import { useTranslations } from 'use-intl'
import type { RunView } from '#lib/orchestration/view.ts'
import { nameSteps } from './rules/name-steps.ts'

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

/** Puts the steps' words where a sentence names them by key: `deploy:checkout:eu` reads “Switch checkout in eu”. */
export function useNamedSteps(run: Pick<RunView, 'regions'> | undefined): (sentence: string) => string {
  const words = useStepWords()
  const steps = run?.regions.flatMap((region) => region.steps) ?? []
  return (sentence) => nameSteps(sentence, new Map(steps.map((step) => [step.key, words(step)])))
}
