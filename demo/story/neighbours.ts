import { breakTheShop } from '../break-the-shop.ts'
import { regions } from '../harbor.ts'
import { until } from '../stack.ts'
import { breachFires, carriedOut, gatewaysServe, incidentAbout, incidentOf, must, peopleDecide, planIsProposed, proofPasses, resolveIncident } from './marks.ts'
import type { Story } from './story.ts'
import { seconds } from './story.ts'

/** Two releases that only work with each other: neither can go back alone, and no customer may meet a mix of them. */
export const neighbours: Story = {
  name: 'two that cannot run beside the other’s old release',
  marks: [
    'released past every pipeline: checkout 2.0.0 and payments 1.9.0 are switched by hand, and agents find them',
    'noticed: checkout goes bad',
    'refused: checkout cannot go back alone, and it is said what has to come along',
    'proposed: the two move together, behind a drain, with a proof',
    'decided and carried out: close, stop both, start both, look, open; one region after the other',
    'no mix: not one order of that time met a pair that cannot work together',
    'proven and resolved',
  ],
  async tell(stack, mark) {
    await breakTheShop(stack, 'neighbours')
    await gatewaysServe(stack, 'payments', '1.9.0')
    mark('the gateways of both regions answer 2.0.0 and 1.9.0')

    const breach = await breachFires(stack, '2.0.0')
    const number = await incidentAbout(stack, '2.0.0')
    mark(breach.evidence.sentence)

    const alone = await until('a way back is refused', 20_000, async () => {
      const incident = await incidentOf(stack, number)
      return incident.plan ? null : incident.noPlanBecause
    })
    must(/payments/.test(alone), `the refusal names payments, and it says: ${alone}`)
    mark(alone)

    const omar = await stack.as('omar')
    const { id } = await incidentOf(stack, number)
    const along = regions.map((region) => `payments in ${region}`)
    await omar.send('POST', '/api/v1/plans', { incidentId: id, environment: 'production', services: ['checkout'], along })
    const plan = await planIsProposed(stack, number)
    must(plan.groups.length > 0 && plan.moves.every((move) => move.group), `both move in groups, and the plan says ${JSON.stringify(plan.groups)}`)
    mark(plan.sentence, ...plan.groups.map((group) => `${group.members.join(' and ')}: ${group.because}`), plan.proof.because)

    await peopleDecide(stack, number)
    const run = await carriedOut(stack, number)
    for (const service of ['checkout', 'payments'] as const) await gatewaysServe(stack, service, '1.4.2')
    mark(`${seconds(Date.parse(run.finishedAt ?? '') - Date.parse(run.startedAt ?? ''))}`)

    const unpaid = await Promise.all(
      regions.map((region) => stack.fleet.ask('checkout', region, `select count(*)::int as n from customer_order where status <> 'paid' and placed_at between $1 and $2`, [run.startedAt, run.finishedAt])),
    )
    must(unpaid.every(([row]) => Number(row?.['n']) === 0), `every order that was taken while they moved is paid, and ${JSON.stringify(unpaid)} are not`)
    mark('every order that was taken while they moved is paid, in both databases')

    await proofPasses(stack, number)
    await resolveIncident(stack, number)
    mark('error rate, latency and throughput of both regions')
  },
}
