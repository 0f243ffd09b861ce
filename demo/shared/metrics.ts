type Labels = Record<string, string>

/** Bounds in seconds, the same for every histogram here, so that they can be added up. */
export const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5] as const

export interface Counter {
  add(labels: Labels, by?: number): void
  text(): string
}

export interface Histogram {
  observe(labels: Labels, seconds: number): void
  text(): string
}

const escape = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
const written = (labels: Labels): string => Object.entries(labels).map(([name, value]) => `${name}="${escape(value)}"`).join(',')

/** A number that only grows, written in the Prometheus text format. */
export function counter(name: string, help: string): Counter {
  const values = new Map<string, number>()
  return {
    add: (labels, by = 1) => void values.set(written(labels), (values.get(written(labels)) ?? 0) + by),
    text: () => [`# HELP ${name} ${help}`, `# TYPE ${name} counter`, ...[...values].map(([labels, value]) => `${name}{${labels}} ${value}`), ''].join('\n'),
  }
}

/** How long things took, in cumulative buckets as Prometheus wants them. */
export function histogram(name: string, help: string): Histogram {
  const series = new Map<string, { counts: number[]; sum: number }>()
  return {
    observe: (labels, seconds) => {
      const key = written(labels)
      const one = series.get(key) ?? { counts: new Array<number>(bounds.length + 1).fill(0), sum: 0 }
      const found = bounds.findIndex((bound) => seconds <= bound)
      const bucket = found === -1 ? bounds.length : found
      one.counts[bucket] = (one.counts[bucket] ?? 0) + 1
      one.sum += seconds
      series.set(key, one)
    },
    text: () => {
      const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`]
      for (const [labels, { counts, sum }] of series) {
        let below = 0
        const join = labels ? `${labels},` : ''
        for (const [index, count] of counts.entries()) lines.push(`${name}_bucket{${join}le="${bounds[index] ?? '+Inf'}"} ${(below += count)}`)
        lines.push(`${name}_sum{${labels}} ${sum}`, `${name}_count{${labels}} ${below}`)
      }
      return [...lines, ''].join('\n')
    },
  }
}
