import type { Signals, Target } from '../config.ts'
import { monotonicMs } from '../monotonic.ts'
import { pause } from '../pause.ts'
import type { Sample } from '../protocol.ts'
import type { Selectors, Totals } from './differences.ts'
import { differences } from './differences.ts'
import type { Series } from './prometheus.ts'
import { parseSelector, parseText } from './prometheus.ts'

/** A source that is silent for longer starts anew: a difference over that long says nothing about now. */
const longestMs = 10_000
const maxTextBytes = 4 * 1024 * 1024

interface Memory {
  totals: Totals
  at: number
}

export interface SamplerOptions {
  targets: readonly Target[]
  sampleMs: number
  /** Which services to measure now. */
  wanted: () => ReadonlySet<string>
  /** The server's wall clock. */
  now: () => number
  take: (samples: Sample[]) => void
  tell: (sentence: string) => void
  signal: AbortSignal
}

/** Measures what is wanted once per `sampleMs`, on whole multiples of it. What could not be read is left out, never zero. */
export async function runSampler({ targets, sampleMs, wanted, now, take, tell, signal }: SamplerOptions): Promise<void> {
  const memories = new Map<string, Memory>()
  let last = 0
  while (!signal.aborted) {
    const wait = sampleMs - (now() % sampleMs)
    await pause(wait < 5 ? wait + sampleMs : wait, signal)
    if (signal.aborted) return
    const at = Math.max(last + sampleMs, Math.round(now() / sampleMs) * sampleMs)
    // A clock set back would make samples of the past: wait for it.
    if (at - now() > sampleMs * 2) {
      last = Math.min(last, now())
      continue
    }
    last = at
    const measured = targets.filter((target) => target.signals && wanted().has(target.service))
    for (const service of memories.keys()) if (!measured.some((target) => target.service === service)) memories.delete(service)
    if (measured.length === 0) continue
    const texts = await scrapeAll([...new Set(measured.flatMap((target) => target.signals?.urls ?? []))], sampleMs)
    const samples = measured.flatMap((target) => {
      const sample = measure(target.service, target.signals as Signals, texts, memories, new Date(at).toISOString())
      return sample ? [sample] : []
    })
    const silent = measured.filter((target) => target.signals?.urls.some((url) => texts.get(url) === null))
    if (silent.length > 0) tell(`the signals of ${silent.map((target) => target.service).join(', ')} could not be read`)
    if (samples.length > 0) take(samples)
  }
}

interface Scraped {
  series: Series[]
  at: number
}

/** One target's sample from what was read, or null where there is nothing to compare or nothing known. */
export function measure(service: string, signals: Signals, texts: ReadonlyMap<string, Scraped | null>, memories: Map<string, Memory>, at: string): Sample | null {
  const scrapes = signals.urls.map((url) => ({ url, text: texts.get(url) ?? null }))
  // One of several sources missing would look like less traffic.
  if (scrapes.some(({ text }) => text === null)) return null
  const read = Math.max(...scrapes.map(({ text }) => text?.at ?? 0))
  const before = memories.get(service)
  const { difference, totals } = differences(before?.totals ?? new Map(), scrapes.map(({ url, text }) => ({ url, series: text?.series ?? [] })), selectorsOf(signals))
  memories.set(service, { totals, at: read })
  if (!before || !difference || read - before.at > longestMs || read <= before.at) return null
  return { service, at, seconds: Math.round(read - before.at) / 1000, ...difference }
}

const selectors = new WeakMap<Signals, Selectors>()

function selectorsOf(signals: Signals): Selectors {
  const held = selectors.get(signals)
  if (held) return held
  const read = (text: string) => {
    const parsed = parseSelector(text)
    if (!parsed.ok) throw new Error(parsed.because)
    return parsed.value
  }
  const made = { requests: read(signals.requests), errors: read(signals.errors), latency: signals.latency ? read(signals.latency) : null }
  selectors.set(signals, made)
  return made
}

async function scrapeAll(urls: readonly string[], timeoutMs: number): Promise<Map<string, Scraped | null>> {
  return new Map(await Promise.all(urls.map(async (url): Promise<[string, Scraped | null]> => [url, await scrape(url, timeoutMs)])))
}

async function scrape(url: string, timeoutMs: number): Promise<Scraped | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), headers: { accept: 'text/plain' }, redirect: 'error' })
    if (!response.ok || Number(response.headers.get('content-length') ?? 0) > maxTextBytes) {
      await response.body?.cancel()
      return null
    }
    return { series: parseText(await response.text()), at: monotonicMs() }
  } catch {
    return null
  }
}
