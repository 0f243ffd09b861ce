'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { deploymentTone } from '#components/situation/tones.ts'
import { Age, Countdown } from '#components/ui/age.tsx'
import { Status, StatusMark } from '#components/ui/status.tsx'
import { Table, Tbody, Td, Th, Thead, Tr } from '#components/ui/table.tsx'
import { Time } from '#components/ui/time.tsx'
import { useNow } from '#components/ui/use-now.ts'
import type { DeploymentView } from '#lib/releases/view.ts'

/** One deployment: where it went, from what, what was kept first, and whether it has proven good since. */
export function DeploymentItem({ deployment }: { deployment: DeploymentView }) {
  const t = useTranslations('release.deployments')
  return (
    <li className="py-4 first:pt-0 last:pb-0">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Status tone={deploymentTone[deployment.status]} size="sm">{t(`status.${deployment.status}`)}</Status>
        <span className="font-medium">{deployment.environment}</span>
        <Time at={deployment.createdAt} className="text-text-2" />
        <span className="text-text-3">{t('by', { name: deployment.requestedBy })}</span>
        {deployment.runId ? <Link href={`/runs/${deployment.runId}`} className="font-medium underline">{t('run')}</Link> : null}
      </p>
      {deployment.because ? <p className="mt-1">{deployment.because}</p> : null}
      <div className="mt-2">
        <Table label={t('title')}>
          <Thead><Tr><Th>{t('region')}</Th><Th>{t('from')}</Th><Th>{t('snapshot')}</Th><Th>{t('baseline')}</Th><Th>{t('state')}</Th></Tr></Thead>
          <Tbody>
            {deployment.targets.map((target) => (
              <Tr key={target.targetId}>
                <Th scope="row">{target.region}</Th>
                <Td className="font-mono">{target.from ?? <span className="font-sans text-text-3">{t('fromNothing')}</span>}</Td>
                <Td>{target.snapshot ? <span className="font-mono">{target.snapshot.replace('sha256:', '').slice(0, 12)}</span> : <span className="text-text-3">{t('noSnapshot')}</span>}</Td>
                <Td>{target.baselineSamples}</Td>
                <Td><Proven target={target} /></Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      </div>
    </li>
  )
}

function Proven({ target }: { target: DeploymentView['targets'][number] }) {
  const t = useTranslations('release.deployments')
  const now = useNow(1000)
  if (target.spoiledAt) return <span className="flex gap-1.5"><StatusMark tone="bad" className="mt-0.5" />{t('spoiled')}</span>
  if (target.knownGoodAt) return <span className="flex gap-1.5"><StatusMark tone="good" className="mt-0.5" /><span>{t('knownGood')} <Age at={target.knownGoodAt} /></span></span>
  if (!target.soakUntil) return <span className="text-text-3">{t('waiting')}</span>
  if (now !== null && Date.parse(target.soakUntil) <= now) return <span className="flex gap-1.5"><StatusMark tone="working" className="mt-0.5" />{t('soaked')}</span>
  return <span className="flex gap-1.5"><StatusMark tone="working" className="mt-0.5" /><span>{t('soaking')} <Countdown until={target.soakUntil} className="font-mono" /></span></span>
}
