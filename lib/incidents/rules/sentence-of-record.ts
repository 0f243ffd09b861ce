import type { TimelineEntry } from '../view.ts'

/** As much of a record as its sentence needs. `payload` is what the command wrote; null where it has been disposed of. */
export interface RecordFacts {
  action: string
  actor: { kind: string; name: string }
  payload: Record<string, unknown> | null
}

export interface Told {
  sentence: string
  tone: TimelineEntry['tone']
}

type Tell = (facts: { who: string; input: Record<string, unknown>; payload: Record<string, unknown>; text(key: string): string; said(key: string): string }) => Told | null

const told = (sentence: string, tone: Told['tone'] = 'neutral'): Told => ({ sentence, tone })
const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])

/**
 * One line a command, by its name. Null = not worth a line: something else in the same moment says it better.
 * Two commands that mean the same to a reader share a sentence.
 */
const tells: Record<string, Tell> = {
  'incident.open': ({ payload, text }) => told(`INC-${String(payload['number'] ?? '?')} opened as ${text('severity')}: ${text('title')}`, 'bad'),
  'incident.open-for-breach': ({ payload }) => (payload['backTo'] ? told('It broke again: the incident is back to mitigating', 'bad') : null),
  'incident.declare': ({ who, payload }) => (Number(payload['breaches'] ?? 0) > 0 ? told(`${who} declared it; ${plural(Number(payload['breaches']), 'open breach', 'open breaches')} joined`, 'bad') : told(`${who} declared it`, 'bad')),
  'incident.note': ({ input }) => told(String(input['text'] ?? 'a note, since disposed of')),
  'incident.classify': ({ who, input, text }) => told(`${who} changed the severity from ${text('from')} to ${text('to')}: ${String(input['reason'] ?? '')}`),
  'incident.advance': ({ input, text }) =>
    text('to') === 'monitoring' ? told(`Monitoring: ${String(input['because'] ?? '')}`, 'good') : told(`${sentenceStart(text('to'))}: ${String(input['because'] ?? '')}`, 'working'),
  'incident.resolve': ({ who, input, payload }) => told(`${who} resolved it${payload['by'] === 'word' ? ` without proof: ${String(input['reason'] ?? '')}` : input['reason'] ? `: ${String(input['reason'])}` : ', after a passed validation'}`, payload['by'] === 'word' ? 'neutral' : 'good'),
  'incident.reopen': ({ who, input, text }) => told(`${who} took it back from ${text('from') || 'its end'} to mitigating: ${String(input['reason'] ?? '')}`, 'bad'),
  'incident.close': ({ who, input }) => told(`${who} closed it: ${String(input['reason'] ?? '')}`),
  'exception.record': ({ payload }) => told(`Left abnormal: ${list(payload['left']).slice(0, 3).join('; ')}${list(payload['left']).length > 3 ? `; and ${list(payload['left']).length - 3} more` : ''}`, 'bad'),
  'exception.assign': ({ who, text }) => told(`${who} gave this to ${text('owner')}: ${text('what')}`),
  'exception.clear': ({ who, input, text }) => told(`${who} put right: ${text('what')} (${String(input['how'] ?? '')})`, 'good'),
  'breach.attach': ({ text }) => told(`${text('service') ? `${text('service')} in ${text('region')}: ` : ''}${text('sentence') || `rule ${text('rule')} broke`}`, 'bad'),
  'trigger.judge': ({ input, text, said }) => {
    const rule = `${text('service') ? `${text('service')} in ${text('region')}: rule` : 'Rule'} ${String(input['rule'] ?? '')}`.trim()
    return input['verdict'] === 'ok' ? told(`${rule} is back within its limit${said('because')}`, 'good') : told(`${rule}${said('because')}`, 'bad')
  },

  'seat.take': ({ who }) => told(`${who} took command`),
  'seat.offer': ({ who, text }) => told(`${who} offered command to ${text('to') || 'somebody'}`),
  'seat.accept': ({ who, text }) => told(`${who} read it back and took over command from ${text('from') || 'somebody'}`),
  'seat.transfer': () => null,
  'seat.end-offer': ({ who, input, text }) => told(`${who} ${text('status') === 'declined' ? 'declined command' : 'took the offer of command back'}: ${String(input['reason'] ?? '')}`),
  'seat.leave': ({ who }) => told(`${who} left the seat; nobody is in command`, 'bad'),

  'plan.propose': ({ who, payload, text }) => (payload['refused'] ? told(`No way back could be proven: ${text('refused')}`, 'bad') : told(`${who} proposed a plan and proved it (${shortHash(payload['hash'])})`)),
  'plan.submit': ({ who, payload }) => told(`${who} asked for approval of plan ${shortHash(payload['hash'])}`),
  'approval.request': () => null,
  'approval.vote': ({ who, input }) => told(`${who} ${input['vote'] === 'reject' ? 'rejected' : 'approved'} plan ${shortHash(input['planHash'])}${input['reason'] ? `: ${String(input['reason'])}` : ''}`, input['vote'] === 'reject' ? 'bad' : 'good'),
  'decision.object': ({ who, input }) => told(`${who} objected to plan ${shortHash(input['planHash'])}: ${String(input['reason'] ?? '')}`, 'bad'),
  'approval.withdraw': ({ who, input }) => told(`${who} withdrew the request for approval${input['reason'] ? `: ${String(input['reason'])}` : ''}`),
  'approval.expire': () => told('The request for approval ran out', 'bad'),
  'approval.void': ({ input }) => told(`Earlier votes no longer count: ${String(input['because'] ?? 'the plan changed')}`),

  'run.start': ({ who, payload }) => told(`${who} started the rollback (plan ${shortHash(payload['hash'])})`, 'working'),
  'run.start-standing': ({ payload, text }) =>
    payload['refused'] ? told(`No automatic rollback: ${text('refused')}`) : told(`Knowngood started the rollback under the standing approval ${text('rule')} (policy r${text('policyRevision')}): ${text('asked')} asked for it`, 'working'),
  'run.pause': ({ who, input }) => told(`${who} paused the rollback: ${String(input['reason'] ?? '')}`),
  'run.resume': ({ who }) => told(`${who} resumed the rollback`, 'working'),
  'run.abort': ({ who, input }) => told(`${who} aborted the rollback: ${String(input['reason'] ?? '')}`, 'bad'),
  'run.stop': ({ who, input }) => told(`${who} stopped everything: ${String(input['reason'] ?? '')}`, 'bad'),
  'run.forecast-alarm': ({ text }) => told(`It may take too long: ${text('sentence')}`, 'bad'),
  'run.compensate': ({ who, input, payload }) => told(`${who} has what was done taken back (${list(payload['takesBack']).length} steps): ${String(input['reason'] ?? '')}`, 'working'),
  'step.lease': () => null,
  'step.complete': ({ who, payload, text, said }) => {
    if (payload['outcome'] === 'succeeded') return told(`${stepName(text('key'))} done by ${who}`, 'working')
    return told(`${stepName(text('key'))} ${payload['outcome'] === 'cancelled' ? 'stopped' : 'failed'} at ${who}${said('because')}`, payload['outcome'] === 'cancelled' ? 'neutral' : 'bad')
  },
  'step.expire': ({ payload, text }) => told(`${text('agent') || 'An agent'} went silent during ${stepName(text('key')).toLowerCase()}; ${payload['becomes'] === 'ready' ? 'another agent may take the step' : 'whether it happened is not known'}`, 'bad'),
  'step.retry': ({ who, input }) => told(`${who} had a step done again: ${String(input['reason'] ?? '')}`, 'working'),
  'step.skip': ({ who, input }) => told(`${who} skipped a step: ${String(input['reason'] ?? '')}`),
  'step.settle': ({ who, input }) => told(`${who} says that a step ${input['happened'] ? 'did happen' : 'did not happen'}: ${String(input['reason'] ?? '')}`),
  'step.confirm': ({ who, input }) => told(`${who} did a manual step: ${String(input['word'] ?? '')}`, 'working'),
  'step.approve': ({ who, input }) => told(`${who} agreed that the rollback goes on: ${String(input['word'] ?? '')}`, 'good'),
  'run.tick': () => null,
  'release.quarantine-after-rollback': ({ text }) => told(`${text('service')} ${text('version')} is in quarantine: nothing deploys it until somebody lifts that`),
  'release.lift-quarantine': ({ who, input, text }) => told(`${who} lifted the quarantine of ${text('service')} ${text('version')}: ${String(input['reason'] ?? '')}`),
  'lock.break': ({ who, input }) => told(`${who} took the lock ${String(input['name'] ?? '')} away from whoever held it: ${String(input['reason'] ?? '')}`, 'bad'),
  'lock.take': () => null,
  'lock.release': () => null,
  'target.observe': () => null,
  'target.set-desired': () => null,
  'snapshot.record': () => null,

  'validation.start': () => told('Measuring whether it is as good as before', 'working'),
  'validation.advance': ({ payload }) => {
    switch (payload['verdict']) {
      case 'pass':
        return told('Validation passed: every target is as good as its baseline', 'good')
      case 'fail':
        return told(`Validation failed${list(payload['because']).length > 0 ? `: ${list(payload['because']).slice(0, 2).join('; ')}` : ''}`, 'bad')
      case 'no data':
        return told('Validation ended without a verdict: too little data', 'bad')
      default:
        return null
    }
  },

  'update.draft': ({ who, input }) => told(`${who} drafted an update for ${audienceName(input['audience'])}`),
  'update.approve': ({ who, payload }) => told(`${who} approved the update for ${audienceName(payload['audience'])}`),
  'update.publish': ({ who, payload }) => told(`${who} told ${audienceName(payload['audience'])}: ${String(payload['text'] ?? '')}`, 'good'),
  'update.withdraw': ({ who, payload }) => told(`${who} withdrew the update for ${audienceName(payload['audience'])}`),
  'notification.create': ({ payload }) => {
    const names = list(payload['people'])
    return names.length > 0 ? told(`Told ${names.join(', ')}${payload['title'] ? `: ${String(payload['title'])}` : ''}`) : told('Nobody could be told: nobody is on call', 'bad')
  },
  'notification.see': ({ who }) => told(`${who} has seen the call`),
}

/** What a record says, as a sentence with a tone; null where it deserves no line. An action nobody foresaw is named as it is. */
export function sentenceOfRecord({ action, actor, payload }: RecordFacts): Told | null {
  const who = actor.kind === 'system' ? 'Knowngood' : actor.name
  const tell = Object.hasOwn(tells, action) ? tells[action] : undefined
  if (!tell) return told(`${who}: ${action.replace('denied:', 'refused, ').replaceAll(/[.-]/g, ' ')}`)
  const input = (payload?.['input'] ?? {}) as Record<string, unknown>
  const text = (key: string): string => (payload?.[key] === undefined || payload[key] === null ? '' : String(payload[key]))
  const because = (key: string): string => text(key) || (input[key] === undefined || input[key] === null ? '' : String(input[key]))
  return tell({ who, input, payload: payload ?? {}, text, said: (key) => (because(key) ? `: ${because(key)}` : '') })
}

/** Every action that has a sentence of its own, or is left out on purpose. */
export const knownActions: readonly string[] = Object.keys(tells)

/** Actions that never deserve a line: the timeline does not even read them. */
export const silentActions: readonly string[] = ['approval.request', 'run.tick', 'step.lease', 'lock.take', 'lock.release', 'target.observe', 'target.set-desired', 'snapshot.record']

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`
const sentenceStart = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
/** `sha256:4f2a…` → `4f2a9c1b`. */
const shortHash = (hash: unknown): string => (typeof hash === 'string' ? hash.replace('sha256:', '').slice(0, 8) : 'unknown')

const stepWords: Record<string, string> = { snapshot: 'Snapshot of', stage: 'Staging of', deploy: 'Deploy of', verify: 'Check of' }

/** `deploy:checkout:eu` → `Deploy of checkout in eu`. */
function stepName(key: string): string {
  const [kind = '', service, region] = key.split(':')
  return service && region ? `${stepWords[kind] ?? sentenceStart(kind)} ${service} in ${region}` : key || 'A step'
}

const audiences: Record<string, string> = { responders: 'the responders', leadership: 'the leadership', support: 'support', public: 'the public' }
const audienceName = (audience: unknown): string => audiences[String(audience)] ?? 'an audience'
