export type Verdict = 'pass' | 'fail' | 'no data'

export interface ValidationView {
  id: string
  status: 'measuring' | 'done'
  verdict: Verdict | null
  startedAt: string
  deadline: string
  finishedAt: string | null
  targets: {
    service: string
    region: string
    verdict: Verdict | null
    metrics: {
      name: 'error rate' | 'latency' | 'throughput'
      unit: string
      verdict: Verdict | null
      baselineMedian: number | null
      observedMedian: number | null
      baselineSamples: number
      observedSamples: number
      /** Probability that a random observation is worse than a random baseline one (0.5 = no difference). */
      effect: number | null
      p: number | null
      because: string
    }[]
  }[]
}
