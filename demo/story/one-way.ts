import { breakTheShop, release } from '../break-the-shop.ts'
import { regions } from '../harbor.ts'
import { until } from '../stack.ts'
import { breachFires, deploymentEnds, gatewaysServe, incidentAbout, incidentOf, must, resolveIncident } from './marks.ts'
import type { Story } from './story.ts'

/** A release whose migration cannot be undone: the way back is closed, it is said why, and the way out is forward. */
export const oneWay: Story = {
  name: 'a door that only opens one way',
  marks: [
    'released: payments 2.0.0, behind a drain; its migration cannot be undone',
    'noticed: payments goes bad',
    'refused: no way back, and the refusal names the door',
    'rolled forward: 2.0.1 is deployed, and the rules see that it is well',
    'resolved by the commander’s word, since nothing was rolled back',
  ],
  async tell(stack, mark) {
    await breakTheShop(stack, 'one-way')
    await gatewaysServe(stack, 'payments', '2.0.0', 90_000)
    for (const region of regions) {
      const columns = await stack.fleet.ask('payments', region, `select column_name from information_schema.columns where table_name = 'charge'`)
      must(columns.every((column) => column['column_name'] !== 'order_id'), `the ids are gone from the database of ${region}`)
    }
    mark('both databases hold hashes in the place of order ids')

    const breach = await breachFires(stack, '2.0.0', 'payments')
    const number = await incidentAbout(stack, '2.0.0')
    mark(breach.evidence.sentence)

    const closed = await until('a way back is refused', 20_000, async () => {
      const incident = await incidentOf(stack, number)
      return incident.plan ? null : incident.noPlanBecause
    })
    must(/cannot be undone|hash/.test(closed), `the refusal names the door, and it says: ${closed}`)
    mark(closed)

    await release(stack, 'payments', '2.0.1')
    await deploymentEnds(stack, 'payments', '2.0.1')
    await gatewaysServe(stack, 'payments', '2.0.1')
    mark('the gateways of both regions answer 2.0.1')

    const incident = await incidentOf(stack, number)
    if (!incident.seat.holder) await (await stack.as('casey')).send('POST', `/api/v1/seats/${incident.id}/take`, { term: incident.seat.term })
    await resolveIncident(stack, number, 'payments 2.0.1 is forward of the fault, and no rule is in breach')
    mark(`INC-${number}`)
  },
}
