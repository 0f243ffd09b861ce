import { Age } from '#components/ui/age.tsx'
import { cn } from '#components/ui/cn.ts'
import type { Tone } from '#components/ui/status.tsx'
import { Status, StatusMark, toneBorder, toneSoft } from '#components/ui/status.tsx'
import { Time } from '#components/ui/time.tsx'
import { messages } from '#components/messages/en.ts'
import type { StatusView } from '#lib/communications/view.ts'
import { StatusStory } from './status-story.tsx'

const words = messages.status
const tones: Record<StatusView['overall'], Tone> = { operational: 'good', degraded: 'degraded', outage: 'bad' }

/** The public page: is it me or is it you. Plain HTML; whatever a script would add is only comfort. */
export function StatusPage({ status, at, fresh }: { status: StatusView; at: string; fresh: boolean }) {
  const open = status.incidents.filter((incident) => incident.phase !== 'resolved')
  const past = status.incidents.filter((incident) => incident.phase === 'resolved')
  const tone = status.components.length === 0 ? 'unknown' : tones[status.overall]
  return (
    <>
      {fresh ? null : (
        <p role="status" className="hatched mb-6 flex gap-2.5 rounded-md border border-unknown px-4 py-3 font-medium">
          <StatusMark tone="unknown" className="mt-0.5" />
          <span>{words.stale} <Time at={at} />.</span>
        </p>
      )}
      <h1 className={cn('flex items-start gap-4 rounded-md border px-5 py-6 text-2xl leading-8 font-semibold tracking-tight text-balance sm:px-7 sm:py-8 sm:text-3xl sm:leading-9', toneBorder[tone], toneSoft[tone])}>
        <StatusMark tone={tone} className="mt-0.5 size-7 sm:size-8" />
        {status.components.length === 0 ? words.noComponents : words.overall[status.overall]}
      </h1>
      {open.length ? (
        <section aria-labelledby="now" className="mt-8">
          <h2 id="now" className="eyebrow mb-3">{words.now}</h2>
          <div className="grid gap-3">{open.map((incident) => <StatusStory key={incident.id} incident={incident} open />)}</div>
        </section>
      ) : null}
      {status.components.length ? (
        <section aria-labelledby="parts" className="mt-8">
          <h2 id="parts" className="eyebrow mb-3">{words.components}</h2>
          <ul className="divide-y divide-border rounded-md border border-border bg-surface">
            {status.components.map((component) => (
              <li key={component.name} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-5 py-3.5">
                <span className="text-base font-medium">{component.name}</span>
                <span className="flex items-center gap-3 text-text-3">
                  {component.state === 'operational' ? null : <span>{words.since} <Time at={component.since} /></span>}
                  <Status tone={tones[component.state]}>{words.component[component.state]}</Status>
                </span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      <section aria-labelledby="past" className="mt-8">
        <h2 id="past" className="eyebrow mb-3">{words.past}</h2>
        {past.length ? <div className="grid gap-3">{past.map((incident) => <StatusStory key={incident.id} incident={incident} open={false} />)}</div> : <p className="text-text-3">{words.noPast}</p>}
      </section>
      <p className="mt-10 text-text-3">{words.readAt} <Age at={at} /></p>
    </>
  )
}
