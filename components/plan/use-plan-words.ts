'use client'

import { useCallback, useMemo } from 'react'
import { nameSteps } from '#components/incident/rules/name-steps.ts'
import { useStepWords } from '#components/incident/use-step-words.ts'
import type { StepRole } from '#lib/orchestration/model.ts'

interface Named {
  key: string
  role: StepRole
  stepKind: string
  service: string
  region: string
}

export interface PlanWords {
  /** A step's name by its key; the key itself where there is no such step. */
  nameOf: (key: string) => string
  /** A sentence with names in the place of keys. */
  inWords: (sentence: string) => string
}

/** How the steps of one plan or run are called. */
export function usePlanWords(steps: readonly Named[]): PlanWords {
  const words = useStepWords()
  const names = useMemo(() => new Map(steps.map((step) => [step.key, words(step)])), [steps, words])
  const nameOf = useCallback((key: string) => names.get(key) ?? key, [names])
  const inWords = useCallback((sentence: string) => nameSteps(sentence, names), [names])
  return { nameOf, inWords }
}
