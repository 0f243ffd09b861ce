'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { Age, Countdown } from '#components/ui/age.tsx'
import { Card } from '#components/ui/card.tsx'
import { Meter } from '#components/ui/meter.tsx'
import type { Tone } from '#components/ui/status.tsx'
import { Status, StatusMark, toneMark } from '#components/ui/status.tsx'
import type { SituationView } from '#lib/incidents/view.ts'
import type { RunStatus } from '#lib/orchestration/view.ts'
import type { DeploymentView } from '#lib/releases/view.ts'
import { deploymentTone, runTone, toneOf } from './tones.ts'

const link = 'font-medium text-text underline decoration-border-strong underline-offset-2 hover:decoration-text'
const None = ({ children }: { children: string }) => <p className="text-text-3">{children}</p>

/** What waits for a yes or no, the soonest to expire first. */
export function DecisionsCard({ approvals }: Pick<SituationView, 'approvals'>) {
  const t = useTranslations('situation')
  return (
    <Card title={t('decisions')} {...(approvals.length ? { tone: 'degraded' as const } : {})}>
      {approvals.length === 0 ? <None>{t('noDecisions')}</None> : null}
      <ul className="divide-y divide-border">
        {approvals.map((approval) => (
          <li key={approval.id} data-row className="py-3 first:pt-0 last:pb-0">
            <Link href={approval.incidentNumber === null ? '/approvals' : `/incidents/${approval.incidentNumber}`} className={link}>{approval.sentence}</Link>
            <p className="mt-1 flex flex-wrap justify-between gap-2 text-[0.8125rem] text-text-2">
              <span>{t('votes', { have: approval.have, need: approval.need })}</span>
              <span><Countdown until={approval.expiresAt} className="font-mono" /> {t('left')}</span>
            </p>
            <Meter value={approval.have} max={approval.need} label={t('votes', { have: approval.have, need: approval.need })} className="mt-1.5" />
          </li>
        ))}
      </ul>
    </Card>
  )
}

/** What is being changed now, and what was deployed lately. */
export function ChangesCard({ runs, deployments }: Pick<SituationView, 'runs' | 'deployments'>) {
  const t = useTranslations('situation')
  return (
    <Card title={t('runs')}>
      {runs.length === 0 ? <None>{t('noRuns')}</None> : null}
      <ul className="divide-y divide-border">
        {runs.map((run) => (
          <li key={run.id} data-row className="flex items-start justify-between gap-3 py-2 first:pt-0">
            <div className="min-w-0">
              <Link href={`/runs/${run.id}`} className={link}>{run.sentence}</Link>
              <p className="text-[0.8125rem] text-text-3">{t(`purpose.${run.purpose}`)} · {t('started')} <Age at={run.startedAt} /></p>
            </div>
            <Status size="sm" tone={toneOf(runTone, run.status)}>{run.status in runTone ? t(`run.${run.status as RunStatus}`) : run.status}</Status>
          </li>
        ))}
      </ul>
      <h3 className="eyebrow mt-4 mb-2">{t('deployments')}</h3>
      {deployments.length === 0 ? <None>{t('noDeployments')}</None> : null}
      <ul className="space-y-2">
        {deployments.map((deployment) => (
          <li key={deployment.id} className="flex items-center justify-between gap-3">
            <span className="min-w-0">
              <span className="font-medium">{deployment.service} <span className="font-mono text-[0.8125rem]">{deployment.version}</span></span>
              <span className="block text-[0.8125rem] text-text-3">{deployment.environment} · <Age at={deployment.createdAt} /></span>
            </span>
            <Status size="sm" tone={toneOf(deploymentTone, deployment.status)}>{deployment.status in deploymentTone ? t(`deployment.${deployment.status as DeploymentView['status']}`) : deployment.status}</Status>
          </li>
        ))}
      </ul>
    </Card>
  )
}

/** How many targets are how, in numbers and in one bar; and who reports them. */
export function FleetCard({ fleet, agents }: Pick<SituationView, 'fleet' | 'agents'>) {
  const t = useTranslations('situation')
  const changing = Math.max(0, fleet.targets - fleet.good - fleet.degraded - fleet.bad - fleet.unknown)
  const parts: [Tone & ('good' | 'degraded' | 'bad' | 'unknown' | 'working'), number][] = [['bad', fleet.bad], ['degraded', fleet.degraded], ['unknown', fleet.unknown], ['working', changing], ['good', fleet.good]]
  return (
    <Card title={t('fleet')} aside={<Link href="/fleet" className={link}>{t('toFleet')}</Link>}>
      <p className="text-text-2">{t('targets', { count: fleet.targets })}</p>
      <div aria-hidden className="mt-2 flex h-2 gap-0.5 overflow-hidden rounded-full">
        {parts.filter(([, count]) => count > 0).map(([tone, count]) => <span key={tone} className={toneMark[tone]} style={{ flexGrow: count }} />)}
      </div>
      <ul className="mt-3 grid grid-cols-2 gap-x-4 gap-y-1.5">
        {parts.filter(([tone, count]) => count > 0 || tone === 'good').map(([tone, count]) => (
          <li key={tone} className="flex items-center gap-2">
            <StatusMark tone={tone} />
            <strong className="font-semibold">{count}</strong> {t(`health.${tone}`)}
          </li>
        ))}
      </ul>
      <h3 className="eyebrow mt-4 mb-1">{t('agents')}</h3>
      {agents.total === 0 ? (
        <p className="text-text-2">{t('noAgents')} <Link href="/agents" className={link}>{t('toAgents')}</Link></p>
      ) : (
        <p className="flex items-center gap-2">
          <StatusMark tone={agents.live === agents.total ? 'good' : agents.live === 0 ? 'bad' : 'degraded'} />
          <Link href="/agents" className={link}>{t('agentsLive', { live: agents.live, total: agents.total })}</Link>
        </p>
      )}
    </Card>
  )
}
