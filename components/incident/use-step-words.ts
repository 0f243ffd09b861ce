'use client'

import { useCallback, useMemo } from 'react'
import { useTranslations } from 'use-intl'
import type { StepRole } from '#lib/orchestration/model.ts'
import type { RunView } from '#lib/orchestration/view.ts'
import { nameSteps } from './rules/name-steps.ts'

interface Named {
  key?: string
  role?: StepRole
  stepKind: string
  service: string
  region: string
}

const known = ['snapshot', 'stage', 'hold', 'drain', 'stop', 'purge', 'migrate', 'deploy', 'verify', 'open'] as const
const isKnown = (role: string): role is (typeof known)[number] => (known as readonly string[]).includes(role)

/** A step as a sentence: `Switch checkout in eu`. What a playbook adds keeps its own name. */
export function useStepWords(): (step: Named) => string {
  const t = useTranslations('run.step')
  return useCallback(
    ({ key = '', role, stepKind, service, region }) => {
      const what = role ?? stepKind
      const where = region || 'none'
      if (what === 'barrier') return t('barrier')
      if (isKnown(what) && service) return t(what, { service, region: where })
      if (isKnown(what)) return t('noService', { what: t(`word.${what}`), region: where })
      if (service) return t('other', { kind: stepKind, service, region: where })
      return t('byKey', { kind: stepKind, name: key.slice(key.lastIndexOf(':') + 1), region: where })
    },
    [t],
  )
}

/** Puts the steps' words where a sentence names them by key: `deploy:checkout:eu` reads “Switch checkout in eu”. */
export function useNamedSteps(run: Pick<RunView, 'regions'> | undefined): (sentence: string) => string {
  const words = useStepWords()
  const regions = run?.regions
  const names = useMemo(() => new Map((regions ?? []).flatMap((region) => region.steps).map((step) => [step.key, words(step)])), [regions, words])
  return useCallback((sentence: string) => nameSteps(sentence, names), [names])
}
