import type { Action, PlanDocument } from '../../model.ts'

interface Switch {
  /** Whatever has the same identity is the same switch. */
  identity: string
  abnormal: boolean
  what: string
  undo: string
}

/** What an action leaves switched, if it is a switch. */
function switchOf({ kind, params }: Action, where: string): Switch | null {
  const said = (name: string): string => String(params[name] ?? '')
  if (kind === 'flag') return { identity: `flag ${said('provider')} ${said('flag')}`, abnormal: params['on'] === false, what: `the flag ${said('flag')} is off${where}`, undo: `turn ${said('flag')} on again (${said('provider')})` }
  if (kind === 'proxy') {
    const name = [said('backend'), said('server')].filter(Boolean).join('/')
    const away = params['state'] === 'drain' || params['state'] === 'maint' || (params['weight'] === 0 && params['state'] !== 'ready')
    return { identity: `proxy ${name}`, abnormal: away, what: `${name} gets no traffic${where}`, undo: `make ${name} ready again` }
  }
  if (kind !== 'hold-reconciler') return null
  const name = { argocd: said('application'), flux: `${said('namespace')} ${said('resource')}`, http: [said('reconciler'), said('name')].filter(Boolean).join(' '), command: said('reconciler') }[said('via')] ?? ''
  const via = { argocd: 'Argo CD', flux: 'Flux' }[said('via')] ?? 'its controller'
  return { identity: `${said('via')} ${said('reconciler')} ${said('context')} ${name}`, abnormal: params['hold'] === true, what: `${name} is held back from ${via}${where}`, undo: `let ${via} work on ${name} again` }
}

/** What is left abnormal at the end: each switch as the last step that touched it left it, region by region. */
export function leavesOf(done: readonly { action: Action; region: string | null; compensated: boolean }[]): PlanDocument['leaves'] {
  const last = new Map<string, Switch>()
  for (const { action, region, compensated } of done) {
    const found = switchOf(action, region === null ? '' : ` in ${region}`)
    if (found) last.set(`${found.identity} ${region ?? ''}`, compensated ? { ...found, undo: `${found.undo}; the step’s compensation does it` } : found)
  }
  return [...last.values()].filter((one) => one.abnormal).map(({ what, undo }) => ({ what, undo }))
}
