/**
 * Where each operation answers. The only place that knows: routes in `app/`, the client and the API document are
 * checked against it. `:part` comes from the input and is not sent in the body.
 */
export const routes = {
  'api.document': 'GET /api/v1/openapi.json',
  'me.view': 'GET /api/v1/me',
  'me.security': 'GET /api/v1/me/security',
  'person.sign-out': 'POST /api/v1/people/:personId/sign-out',
  'factor.reset': 'POST /api/v1/people/:personId/reset-factors',
  'factor.enrol': 'POST /api/v1/me/factors',
  'factor.prove': 'POST /api/v1/me/prove',
  'factor.confirm': 'POST /api/v1/me/factors/:factorId/confirm',
  'factor.remove': 'POST /api/v1/me/factors/:factorId/remove',
  'session.end': 'POST /api/v1/me/sessions/:sessionId/end',
  'session.end-all': 'POST /api/v1/me/sessions/end-all',
  'step-up.require': 'PUT /api/v1/step-up',
  'person.add': 'POST /api/v1/people',
  'person.disable': 'POST /api/v1/people/:personId/disable',
  'token.create': 'POST /api/v1/tokens',
  'on-call.apply': 'PUT /api/v1/on-call',
  'token.revoke': 'POST /api/v1/tokens/:tokenId/revoke',

  'catalog.apply': 'PUT /api/v1/catalog',
  'fleet.view': 'GET /api/v1/fleet',
  'target.adopt': 'POST /api/v1/targets/adopt',
  'target.choices': 'GET /api/v1/targets/choices',

  'policy.apply': 'PUT /api/v1/policy',
  'policy.view': 'GET /api/v1/policy',
  'policy.try': 'GET /api/v1/policy/try',
  'approval.list': 'GET /api/v1/approvals',
  'approval.vote': 'POST /api/v1/approvals/:requestId/votes',
  'approval.withdraw': 'POST /api/v1/approvals/:requestId/withdraw',
  'decision.view': 'GET /api/v1/decisions/:decisionId',
  'decision.object': 'POST /api/v1/decisions/:decisionId/objections',
  'seat.take': 'POST /api/v1/seats/:incidentId/take',
  'seat.leave': 'POST /api/v1/seats/:incidentId/leave',
  'seat.offer': 'POST /api/v1/seats/:incidentId/offers',
  'seat.accept': 'POST /api/v1/seat-offers/:offerId/accept',
  'seat.end-offer': 'POST /api/v1/seat-offers/:offerId/end',
  'approval.receipt': 'GET /api/v1/approvals/:requestId/receipt',
  'record.list': 'GET /api/v1/records',
  'record.heads': 'GET /api/v1/records/heads',
  'record.alarms': 'GET /api/v1/records/alarms',
  'record.consistency': 'GET /api/v1/records/consistency',
  'record.export': 'GET /api/v1/records/export',
  'record.receipt': 'GET /api/v1/records/:recordId/receipt',

  'release.register': 'POST /api/v1/releases',
  'release.list': 'GET /api/v1/releases',
  'release.view': 'GET /api/v1/releases/:releaseId',
  'release.quarantine': 'POST /api/v1/releases/:releaseId/quarantine',
  'release.lift-quarantine': 'POST /api/v1/releases/:releaseId/lift-quarantine',
  'deployment.request': 'POST /api/v1/deployments',
  'deployment.view': 'GET /api/v1/deployments/:deploymentId',

  'criteria.apply': 'PUT /api/v1/criteria/:name',
  'criteria.list': 'GET /api/v1/criteria',
  'breach.list': 'GET /api/v1/breaches',

  'playbook.schema': 'GET /api/v1/playbooks/schema',
  'playbook.list': 'GET /api/v1/playbooks',
  'playbook.apply': 'POST /api/v1/playbooks',
  'playbook.dry-run': 'POST /api/v1/playbooks/dry-run',
  'playbook.view': 'GET /api/v1/playbooks/:name',
  'playbook.retire': 'POST /api/v1/playbooks/:name/retire',

  'enrolment.create': 'POST /api/v1/enrolments',
  'agent.enrol': 'POST /api/v1/agents/enrol',
  'agent.list': 'GET /api/v1/agents',
  'agent.revoke': 'POST /api/v1/agents/:agentId/revoke',
  'agent.heartbeat': 'POST /api/v1/agents/heartbeat',
  'agent.samples': 'POST /api/v1/agents/samples',
  'agent.lease': 'POST /api/v1/agents/lease',
  'step.renew': 'POST /api/v1/agents/steps/:stepId/renew',
  'step.append-log': 'POST /api/v1/agents/steps/:stepId/log',
  'step.complete': 'POST /api/v1/agents/steps/:stepId/complete',
  'plan.propose': 'POST /api/v1/plans',
  'plan.view': 'GET /api/v1/plans/:planId',
  'plan.submit': 'POST /api/v1/plans/:planId/submit',
  'run.start': 'POST /api/v1/runs',
  'run.view': 'GET /api/v1/runs/:runId',
  'run.pause': 'POST /api/v1/runs/:runId/pause',
  'run.resume': 'POST /api/v1/runs/:runId/resume',
  'run.abort': 'POST /api/v1/runs/:runId/abort',
  'run.stop': 'POST /api/v1/runs/:runId/stop',
  'run.compensate': 'POST /api/v1/runs/:runId/compensate',
  'lock.list': 'GET /api/v1/locks',
  'lock.break': 'POST /api/v1/locks/break',
  'step.log': 'GET /api/v1/steps/:stepId/log',
  'step.retry': 'POST /api/v1/steps/:stepId/retry',
  'step.skip': 'POST /api/v1/steps/:stepId/skip',
  'step.settle': 'POST /api/v1/steps/:stepId/settle',
  'step.confirm': 'POST /api/v1/steps/:stepId/confirm',
  'step.approve': 'POST /api/v1/steps/:stepId/approve',

  'situation.view': 'GET /api/v1/situation',
  'board.view': 'GET /api/v1/board',
  'incident.list': 'GET /api/v1/incidents',
  'incident.declare': 'POST /api/v1/incidents',
  'incident.view': 'GET /api/v1/incidents/by-number/:number',
  'hand-over.view': 'GET /api/v1/incidents/by-number/:number/hand-over',
  'incident.note': 'POST /api/v1/incidents/:incidentId/notes',
  'incident.classify': 'POST /api/v1/incidents/:incidentId/severity',
  'incident.resolve': 'POST /api/v1/incidents/:incidentId/resolve',
  'incident.close': 'POST /api/v1/incidents/:incidentId/close',
  'incident.reopen': 'POST /api/v1/incidents/:incidentId/reopen',
  'exception.list': 'GET /api/v1/exceptions',
  'exception.assign': 'POST /api/v1/exceptions/:exceptionId/assign',
  'exception.clear': 'POST /api/v1/exceptions/:exceptionId/clear',

  'update.list': 'GET /api/v1/updates',
  'update.draft': 'POST /api/v1/updates',
  'update.approve': 'POST /api/v1/updates/:updateId/approve',
  'update.publish': 'POST /api/v1/updates/:updateId/publish',
  'update.withdraw': 'POST /api/v1/updates/:updateId/withdraw',
  'notification.mine': 'GET /api/v1/notifications',
  'notification.see': 'POST /api/v1/notifications/:notificationId/seen',
  'status.view': 'GET /api/v1/status',
  'status.components': 'PUT /api/v1/status/components',
} as const

export type OperationName = keyof typeof routes

/** Fills a route's parts from the input; what is left over is the query or the body. */
export function address(name: OperationName, input: Record<string, unknown>): { method: string; path: string; rest: Record<string, unknown> } {
  const [method = 'GET', pattern = ''] = routes[name].split(' ')
  const rest = { ...input }
  const path = pattern.replace(/:(\w+)/g, (_, part: string) => {
    const value = rest[part]
    delete rest[part]
    return encodeURIComponent(String(value))
  })
  return { method, path, rest }
}
