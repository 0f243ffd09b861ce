import type { PlanDocument, ReleaseFacts, Situation, StepDocument, StepRole, TargetFacts } from '../../model.ts'
import type { Carried, Move, Place, Scene } from './scene.ts'
import { nameOf, placeOf, stepsOf } from './scene.ts'

/** All targets with what the plan does to each; or why it does not do what was asked, in a sentence. */
export function placesOf(plan: PlanDocument, world: Situation, own: Scene['own']): Place[] | string {
  const moves = new Map(plan.moves.map((move) => [move.target, move]))
  if (moves.size !== plan.moves.length) return 'a target is moved twice'
  const known = new Set(world.targets.map((target) => target.targetId))
  if (known.size !== world.targets.length) return 'a target is there twice'
  const strayed = plan.moves.find((move) => !known.has(move.target))
  if (strayed) return `${nameOf(strayed)} is not among the targets`
  const places: Place[] = []
  for (const target of world.targets) {
    const moved = whatMoves(target, moves.get(target.targetId), own)
    if (typeof moved === 'string') return moved
    places.push(placeOf(target, moved))
  }
  return places
}

function whatMoves(target: TargetFacts, move: Move | undefined, own: Scene['own']): Place['moved'] | string {
  const name = nameOf(target)
  const { running, goTo } = target
  if (goTo && !running) return `what runs as ${name} is not known`
  const there = !goTo || (running?.length === 1 && running[0]?.digest === goTo.digest)
  if (!move) return there ? null : `${name} should run ${goTo.version}, and the plan leaves it as it is`
  if (!goTo || !running) return `${name} is moved, and nobody asked for that`
  if (there) return `${name} runs ${goTo.version} already`
  if (move.service !== target.service || move.region !== target.region) return `${nameOf(move)} is in truth ${name}`
  const { releaseId, version, digest, url } = goTo
  if (move.to.digest !== digest || move.to.releaseId !== releaseId || move.to.version !== version || move.to.url !== url) return `${name} should run ${version} (${digest}), and the plan brings ${move.to.version} (${move.to.digest})`
  if (!sameList(digestsOf(running), digestsOf(move.from))) return `${name} no longer runs what the plan starts from`
  const by = whatCarries(target, goTo, move, own)
  return typeof by === 'string' ? by : { move, to: goTo, by }
}

/** The steps of one move, each of them once and with exactly these parameters. */
function whatCarries(target: TargetFacts, to: ReleaseFacts, move: Move, own: Scene['own']): Carried | string {
  const name = nameOf(target)
  const drained = move.group !== null
  const roles: StepRole[] = drained ? ['stage', 'drain', 'stop', 'deploy', 'verify', 'open'] : ['stage', 'deploy', 'verify']
  const steps = new Map<StepRole, StepDocument>()
  for (const role of ['stage', 'drain', 'stop', 'deploy', 'verify', 'open'] as const) {
    const found = stepsOf({ own }, target.targetId, role)
    if (!roles.includes(role)) {
      if (found[0]) return `${name} moves while it serves, and ${found[0].key} would ${role} it`
      continue
    }
    const [step] = found
    if (!step || found.length > 1) return step ? `${name} has ${found.length} steps to ${role} it` : `${name} has no step to ${role} it`
    if (step.params['service'] !== target.service) return `${step.key} would ${role} ${String(step.params['service'])} instead of ${name}`
    steps.set(role, step)
  }
  const key = (role: StepRole): string => steps.get(role)?.key ?? ''
  const params = (role: StepRole): Readonly<Record<string, unknown>> => steps.get(role)?.params ?? {}
  if (!bringsBytes(params('stage')['release'], to)) return `${key('stage')} brings other bytes than ${to.version}`
  if (!bringsBytes(params('deploy')['to'], to)) return `${key('deploy')} switches to other bytes than ${to.version}`
  if (params('verify')['digest'] !== to.digest) return `${key('verify')} looks for other bytes than ${to.version}`
  const from = params('deploy')['from']
  if (!Array.isArray(from) || !sameList(from.map(String).sort(), digestsOf(move.from))) return `${key('deploy')} starts from something else than the plan says`
  for (const role of ['deploy', 'verify'] as const) {
    if (params(role)['instances'] !== target.instances) return `${key(role)} is about ${String(params(role)['instances'])} instances, and ${name} has ${target.instances}`
    if ((params(role)['closed'] === true) !== drained) return drained ? `${key(role)} does not keep ${name} closed` : `${key(role)} takes ${name} to be closed, and nothing has closed it`
  }
  return { stage: key('stage'), deploy: key('deploy'), verify: key('verify'), drain: drained ? { drain: key('drain'), stop: key('stop'), open: key('open') } : null }
}

const digestsOf = (releases: readonly { digest: string }[]): string[] => releases.map((one) => one.digest).sort()
const sameList = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((one, index) => one === b[index])

function bringsBytes(said: unknown, to: ReleaseFacts): boolean {
  const { version, digest, url } = (said ?? {}) as { version?: unknown; digest?: unknown; url?: unknown }
  return version === to.version && digest === to.digest && url === to.url
}
