import { Time } from '#components/ui/time.tsx'
import type { Tone } from '#components/ui/status.tsx'
import { Status } from '#components/ui/status.tsx'
import type { StatusView } from '#lib/communications/view.ts'
import { messages } from '#components/messages/en.ts'

const words = messages.status
const phaseTone: Record<StatusView['incidents'][number]['phase'], Tone> = { investigating: 'bad', identified: 'degraded', monitoring: 'working', resolved: 'good' }

/** What the public was told about one incident, the newest word first. */
export function StatusStory({ incident, open }: { incident: StatusView['incidents'][number]; open: boolean }) {
  const [last, ...earlier] = incident.updates
  return (
    <article className="rounded-md border border-border bg-surface p-5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="text-lg leading-6 font-semibold text-balance">{incident.title}</h3>
        <Status tone={phaseTone[incident.phase]}>{words.phase[incident.phase]}</Status>
      </div>
      <p className="mt-1 text-text-2">{incident.impact}{incident.components.length ? <><br />{words.affects.replace('{components}', incident.components.join(', '))}</> : null}</p>
      {last ? (
        <div className="mt-3 border-l-2 border-border-strong pl-4">
          <p className="text-base leading-6 whitespace-pre-line">{last.text}</p>
          <p className="mt-1 text-text-3"><Time at={last.at} />{open && last.nextUpdateAt ? <> · {words.next} <Time at={last.nextUpdateAt} /></> : null}</p>
        </div>
      ) : null}
      {earlier.length ? (
        <details className="mt-3" open={open}>
          <summary className="text-[0.8125rem] font-medium text-text-2">{words.earlier}</summary>
          <ol className="mt-2 space-y-3">
            {earlier.map((update) => (
              <li key={update.at} className="border-l-2 border-border pl-4">
                <p className="whitespace-pre-line">{update.text}</p>
                <p className="text-text-3">{words.phase[update.phase]} · <Time at={update.at} /></p>
              </li>
            ))}
          </ol>
        </details>
      ) : null}
    </article>
  )
}
