import { release, nextCheckout } from '../break-the-shop.ts'
import { pricesAre } from './customer.ts'
import { carriedOut, declareIncident, deploymentEnds, gatewaysServe, must, peopleDecide, planIsProposed, proofPasses, refused, resolveIncident, staysQuiet } from './marks.ts'
import type { Story } from './story.ts'
import { seconds } from './story.ts'

/** Nothing is slow and nothing fails; a person has to notice. The way back, the votes and the proof are the same. */
export const wrongPrices: Story = {
  name: 'prices that no rule looks at',
  marks: [
    'released: the next checkout charges ten times the price, and says so to nobody',
    'unnoticed: no rule fires, since nothing that is measured is wrong',
    'declared: by a person, who names the suspect',
    'decided and carried out: the same votes, the same proof of the order',
    'right again: customers of both regions pay what the catalogue says',
    'kept out: the release is quarantined, and a pipeline that tries again is told why',
  ],
  async tell(stack, mark) {
    const version = await nextCheckout(stack)
    await release(stack, 'checkout', version, { kind: 'wrong-prices', afterMs: 1_000, factor: 10 })
    await deploymentEnds(stack, 'checkout', version)
    const [price] = await pricesAre(stack, 'wrong', 30_000)
    mark(`checkout ${version}: a mug of 12.50 costs ${((price ?? 0) / 100).toFixed(2)}`)

    await staysQuiet(stack, 8_000)
    mark('8 s of it, and every rule says ok')

    const number = await declareIncident(stack, { title: `Customers are charged ten times the price since checkout ${version}`, severity: 'SEV2', services: ['checkout'], releaseVersion: version })
    const plan = await planIsProposed(stack, number)
    mark(`INC-${number}, declared by Omar`, plan.sentence, `lost: ${plan.losses.map((loss) => loss.what).join('; ')}`)

    await peopleDecide(stack, number)
    const run = await carriedOut(stack, number)
    await gatewaysServe(stack, 'checkout', '1.4.2')
    mark(`${seconds(Date.parse(run.finishedAt ?? '') - Date.parse(run.startedAt ?? ''))}, both regions`)

    const prices = await pricesAre(stack, 'right', 20_000)
    await proofPasses(stack, number)
    mark(`a mug costs ${prices.map((cents) => (cents / 100).toFixed(2)).join(' and ')}`)

    const because = await refused('a deployment of the quarantined release', 409, stack.pipeline.send('POST', '/api/v1/deployments', { service: 'checkout', version, environment: 'production' }))
    must(/quarantin/.test(because), `the refusal names the quarantine, and it says: ${because}`)
    await resolveIncident(stack, number)
    mark(because)
  },
}
