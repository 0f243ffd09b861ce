import type { IncidentSummary } from '#lib/incidents/view.ts'
import { nextCheckout, release } from '../break-the-shop.ts'
import { until } from '../stack.ts'
import { deploymentEnds, incidentOf, must, proofPasses, refused, resolveIncident, runOf, servesIn } from './marks.ts'
import type { Story } from './story.ts'
import { seconds } from './story.ts'

/** Where the policy says so, nobody has to be woken: staging takes a bad release back by itself, and production never meets it. */
export const staging: Story = {
  name: 'nobody is woken',
  marks: [
    'released to staging: a checkout that fails orders',
    'taken back by itself: a standing approval covers it, and it says which',
    'proven: as good as before the release, without a person',
    'kept out: production refuses the release, and says why',
  ],
  async tell(stack, mark) {
    const casey = await stack.as('casey')
    const version = await nextCheckout(stack)
    await release(stack, 'checkout', version, { kind: 'errors', share: 0.5, afterMs: 4_000 })
    await deploymentEnds(stack, 'checkout', version, 'staging')
    await servesIn(stack, 'staging', 'checkout', version)
    mark(`checkout ${version} serves in staging`)

    const { number } = await until('an incident of staging is open', 60_000, async () => (await casey.get<IncidentSummary[]>('/api/v1/incidents')).find((one) => one.environment === 'staging' && one.status !== 'closed' && one.status !== 'resolved'))
    const runId = await until('a rollback has started by itself', 60_000, async () => (await incidentOf(stack, number)).run?.id)
    const run = await until('it has ended', 120_000, async () => {
      const now = await runOf(stack, runId)
      return now.finishedAt ? now : null
    })
    must(run.status === 'succeeded', `the rollback succeeds, and it ${run.status}: ${run.because}`)
    must(run.authority.kind === 'standing', `nobody voted, and the authority is ${run.authority.kind}`)
    await servesIn(stack, 'staging', 'checkout', '1.4.2')
    mark(`${run.authority.rule}, policy r${run.authority.policyRevision}; ${seconds(Date.parse(run.finishedAt ?? '') - Date.parse(run.startedAt ?? ''))}`)

    await proofPasses(stack, number)
    const { seat } = await incidentOf(stack, number)
    must(seat.holder === null, 'nobody had to take the seat')
    await resolveIncident(stack, number)
    mark(`INC-${number}`)

    const because = await refused('a deployment of it to production', 409, stack.pipeline.send('POST', '/api/v1/deployments', { service: 'checkout', version, environment: 'production' }))
    must(/quarantin/.test(because), `the refusal names the quarantine, and it says: ${because}`)
    mark(because)
  },
}
