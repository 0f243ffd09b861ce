'use client'

import { whyNot } from '#components/approval/rules/rights.ts'
import { useMe } from '#components/approval/use-me.ts'
import { DrillFrame } from '#components/shell/drill-frame.tsx'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { useLive } from '#lib/client/live.tsx'
import type { IncidentView } from '#lib/incidents/view.ts'
import { DecisionCard } from './decision-card.tsx'
import { IncidentHeader } from './incident-header.tsx'
import { LeftAbnormal } from './left-abnormal.tsx'
import { OnCallPanel } from './on-call-panel.tsx'
import { RunSummary } from './run-summary.tsx'
import { Timeline } from './timeline.tsx'
import { UpdatesPanel } from './updates-panel.tsx'
import { ValidationPanel } from './validation-panel.tsx'

/** The incident console: the decision first, then the run, whether it helped, who knows, and what happened. */
export function IncidentScreen({ number, initial }: { number: number; initial?: { data: IncidentView; version: string } | undefined }) {
  const me = useMe()
  const live = useLive('incident.view', { number }, initial)
  const incident = live.data
  if (!incident) return live.problem ? <ProblemNote problem={live.problem} /> : <IncidentSkeleton />
  return (
    <>
      <DrillFrame kind={incident.kind} />
      <IncidentHeader incident={incident} />
      <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_21rem]">
        <div className="min-w-0 space-y-5">
          <DecisionCard incident={incident} />
          {incident.run && <RunSummary run={incident.run} />}
          {incident.validation && <ValidationPanel validation={incident.validation} />}
          {incident.exceptions.length > 0 && <LeftAbnormal exceptions={incident.exceptions} />}
        </div>
        <div className="min-w-0 space-y-5 xl:row-span-2">
          <OnCallPanel onCall={incident.onCall} />
          <UpdatesPanel incident={incident} />
        </div>
        <Timeline incidentId={incident.id} entries={incident.timeline} canWrite={whyNot(me, 'incident.note') === null && incident.status !== 'closed'} />
      </div>
    </>
  )
}

function IncidentSkeleton() {
  return (
    <div className="space-y-5" aria-busy="true">
      <Skeleton className="h-8 w-2/3" />
      <Skeleton className="h-4 w-1/3" />
      <Skeleton className="h-96 w-full" />
    </div>
  )
}
