import type { BoardView, IncidentView } from '#lib/incidents/view.ts'
import type { FaultOrder } from '../artifacts/draw-fault.ts'
import { regions } from '../harbor.ts'
import { until } from '../stack.ts'
import { follow } from './follower.ts'
import { breachFires, deployRelease, incidentOpens, peopleDecide, planIsProposed, proofPasses, recordsHoldIt, resolveIncident, runSucceeds, startRollback, tellThePublic } from './marks.ts'
import type { Story } from './story.ts'
import { seconds } from './story.ts'

/** The main story: a pipeline's bad release is noticed, decided, rolled back and proven. The last word is the fleet's own. */
export const badRelease = (fault: FaultOrder): Story => ({
  name: 'a bad release',
  marks: [
    'released: checkout 1.5.0 is registered and deployed through the agents',
    'noticed: a rule fires on real traffic',
    'opened: an incident, and on-call is told',
    'proposed: a proven way back',
    'decided: a commander, and two votes for exactly this plan',
    'carried out: region by region, by the agents',
    'proven: as good as before the release, and resolved',
    'told: board and status page followed, the records hold it all',
  ],
  async tell(stack, mark) {
    const vera = await stack.as('vera')
    const casey = await stack.as('casey')
    const board = await follow<BoardView>(stack.center, vera, 'board.view', {})

    const { deployment } = await deployRelease(stack, fault)
    mark(`snapshot and baseline taken in ${deployment.targets.map((target) => target.region).join(' and ')}`)

    const breach = await breachFires(stack)
    mark(breach.evidence.sentence)

    const { number, id } = await incidentOpens(stack)
    const console = await follow<IncidentView>(stack.center, casey, 'incident.view', { number })
    mark(`INC-${number}: ${console.current()?.title ?? ''}`)

    const plan = await planIsProposed(stack, number)
    mark(plan.sentence, plan.proof.because, `between ${seconds(plan.forecast.p50Ms)} and ${seconds(plan.forecast.p90Ms)}, ${plan.forecast.basis}`)
    await tellThePublic(stack, id, 'investigating', `Some orders are failing. We are looking into it (${number}).`)

    await peopleDecide(stack, number)
    mark('asked by Omar, who cannot vote; approved by Priya and Tomas')

    const run = await runSucceeds(stack, await startRollback(stack, number))
    for (const region of regions) {
      const running = await stack.fleet.running('checkout', region)
      if (running.length === 0 || running.some((one) => one.version !== '1.4.2' || one.digest !== plan.moves[0]?.toDigest)) throw new Error(`not as told: ${region} serves 1.4.2 again, and its gateway answers ${JSON.stringify(running)}`)
    }
    mark(`${seconds(Date.parse(run.finishedAt ?? '') - Date.parse(run.startedAt ?? ''))}; the gateways of both regions answer 1.4.2, ${plan.moves[0]?.toDigest.slice(0, 19)}…`)

    await proofPasses(stack, number)
    await resolveIncident(stack, number)
    mark('error rate, latency and throughput of both regions')

    await tellThePublic(stack, id, 'resolved', `Orders work again as before (${number}).`)
    await until('the console that followed shows the end', 10_000, async () => console.current()?.status === 'resolved')
    await until('the board that followed shows the end', 10_000, async () => board.current()?.incidents.every((incident) => incident.number !== number || incident.stage === 'resolved'))
    const stages = [...new Set(board.seen.flatMap((view) => view.incidents.filter((incident) => incident.number === number).map((incident) => incident.stage)))]
    if (!stages.includes('rolling back') || stages.length < 3) throw new Error(`not as told: the board showed the stages on the way, and it showed ${stages.join(', ')}`)
    const records = await recordsHoldIt(stack, id)
    mark(`the board went ${stages.join(' → ')}`, `${console.seen.length} live states of the console, ${records} records`)
    console.close()
    board.close()
  },
})
