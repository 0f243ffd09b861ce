import type { z } from 'zod'
import { applyCatalog } from './catalog/commands/apply-catalog.ts'
import { fleetView } from './catalog/queries/fleet.ts'
import { approveUpdate } from './communications/commands/approve-update.ts'
import { draftUpdate } from './communications/commands/draft-update.ts'
import { publishUpdate } from './communications/commands/publish-update.ts'
import { seeNotification } from './communications/commands/see-notification.ts'
import { setComponents } from './communications/commands/set-components.ts'
import { withdrawUpdate } from './communications/commands/withdraw-update.ts'
import { notificationMine } from './communications/queries/notifications.ts'
import { statusView } from './communications/queries/status.ts'
import { updateList } from './communications/queries/updates.ts'
import { reactions as communicationsReactions } from './communications/reactions.ts'
import { applyPolicy } from './governance/commands/apply-policy.ts'
import { objectToDecision } from './governance/commands/object.ts'
import { leaveSeat } from './governance/commands/leave-seat.ts'
import { takeSeat } from './governance/commands/take-seat.ts'
import { voteOnPlan } from './governance/commands/vote.ts'
import { withdrawApproval } from './governance/commands/withdraw-approval.ts'
import { approvalReceipt } from './governance/queries/approval-receipt.ts'
import { approvalList } from './governance/queries/approvals.ts'
import { decisionView } from './governance/queries/decision.ts'
import { policyTry, policyView } from './governance/queries/policy.ts'
import { recordAlarmList, recordConsistency, recordExport, recordHeads, recordReceipt } from './governance/queries/record-proofs.ts'
import { recordList } from './governance/queries/records.ts'
import { startApprovalExpiry } from './governance/runner.ts'
import { acceptSeat } from './incidents/commands/accept-seat.ts'
import { assignException } from './incidents/commands/assign-exception.ts'
import { classifyIncident } from './incidents/commands/classify-incident.ts'
import { clearException } from './incidents/commands/clear-exception.ts'
import { closeIncident } from './incidents/commands/close-incident.ts'
import { declareIncident } from './incidents/commands/declare-incident.ts'
import { endOffer } from './incidents/commands/end-offer.ts'
import { noteIncident } from './incidents/commands/note-incident.ts'
import { offerSeat } from './incidents/commands/offer-seat.ts'
import { reopenIncident } from './incidents/commands/reopen-incident.ts'
import { resolveIncident } from './incidents/commands/resolve-incident.ts'
import { setOnCall } from './incidents/commands/set-on-call.ts'
import { boardView } from './incidents/queries/board.ts'
import { exceptionList } from './incidents/queries/exceptions.ts'
import { handOverView } from './incidents/queries/hand-over.ts'
import { incidentView } from './incidents/queries/incident.ts'
import { incidentList } from './incidents/queries/incidents.ts'
import { situationView } from './incidents/queries/situation.ts'
import { reactions as incidentsReactions } from './incidents/reactions.ts'
import { applyPlaybook } from './orchestration/commands/apply-playbook.ts'
import { completeStep } from './orchestration/commands/complete-step.ts'
import { createEnrolment } from './orchestration/commands/create-enrolment.ts'
import { dryRunPlaybook } from './orchestration/commands/dry-run-playbook.ts'
import { enrolAgent } from './orchestration/commands/enrol-agent.ts'
import { proposePlan } from './orchestration/commands/propose-plan.ts'
import { retirePlaybook } from './orchestration/commands/retire-playbook.ts'
import { revokeAgent } from './orchestration/commands/revoke-agent.ts'
import { startRun } from './orchestration/commands/start-run.ts'
import { abortRun, compensateRun, pauseRun, resumeRun, stopRun } from './orchestration/commands/steer-run.ts'
import { approveStep, confirmStep, retryStep, settleStep, skipStep } from './orchestration/commands/steer-step.ts'
import { submitPlan } from './orchestration/commands/submit-plan.ts'
import { appendLog } from './orchestration/ingests/append-log.ts'
import { acceptHeartbeat } from './orchestration/ingests/heartbeat.ts'
import { lease } from './orchestration/ingests/lease.ts'
import { renewLease } from './orchestration/ingests/renew-lease.ts'
import { agentList } from './orchestration/queries/agents.ts'
import { planView } from './orchestration/queries/plan.ts'
import { playbookList, playbookSchemaQuery, playbookView } from './orchestration/queries/playbooks.ts'
import { runView, stepLog } from './orchestration/queries/run.ts'
import { reactions as orchestrationReactions } from './orchestration/reactions.ts'
import { startForecastWatch, startRunWatch } from './orchestration/runner.ts'
import { addPerson } from './platform/commands/add-person.ts'
import { confirmFactor } from './platform/commands/confirm-factor.ts'
import { createToken } from './platform/commands/create-token.ts'
import { disablePerson } from './platform/commands/disable-person.ts'
import { endAllSessions, endSession, signPersonOut } from './platform/commands/end-sessions.ts'
import { enrolFactor } from './platform/commands/enrol-factor.ts'
import { proveFactor } from './platform/commands/prove-factor.ts'
import { removeFactor } from './platform/commands/remove-factor.ts'
import { requireStepUp } from './platform/commands/require-step-up.ts'
import { resetFactors } from './platform/commands/reset-factors.ts'
import { revokeToken } from './platform/commands/revoke-token.ts'
import type { Command } from './platform/command.ts'
import type { Ingest } from './platform/ingest.ts'
import { meView } from './platform/queries/me.ts'
import { securityView } from './platform/queries/security.ts'
import type { Query } from './platform/query.ts'
import { startReactions } from './platform/reactions.ts'
import { startRecordCheck } from './platform/record-check.ts'
import { startAnchors } from './platform/record-watch.ts'
import { startSealer } from './platform/sealer.ts'
import { startUpkeep } from './platform/upkeep.ts'
import { adoptRelease } from './releases/commands/adopt-release.ts'
import { liftQuarantine } from './releases/commands/lift-quarantine.ts'
import { quarantineRelease } from './releases/commands/quarantine-release.ts'
import { registerRelease } from './releases/commands/register-release.ts'
import { requestDeployment } from './releases/commands/request-deployment.ts'
import { targetChoices } from './releases/queries/choices.ts'
import { deploymentView } from './releases/queries/deployment.ts'
import { releaseView } from './releases/queries/release.ts'
import { releaseList } from './releases/queries/releases.ts'
import { reactions as releasesReactions } from './releases/reactions.ts'
import { startQuarantineWatch, startSoakWatch } from './releases/runner.ts'
import { applyCriteria } from './triggers/commands/apply-criteria.ts'
import { startEvaluator } from './triggers/evaluator.ts'
import { breachList } from './triggers/queries/breaches.ts'
import { criteriaList } from './triggers/queries/criteria.ts'
import { breakLock } from './state/commands/break-lock.ts'
import { lockList } from './state/queries/locks.ts'
import { acceptSamples } from './validation/ingests/samples.ts'
import { reactions as validationReactions } from './validation/reactions.ts'
import { startValidationWatch } from './validation/runner.ts'

/* What the product can do, by name: the routes, the live hub, the API document and the clients' types all read this. */

export const commands = {
  'person.add': addPerson,
  'person.disable': disablePerson,
  'person.sign-out': signPersonOut,
  'factor.enrol': enrolFactor,
  'factor.confirm': confirmFactor,
  'factor.prove': proveFactor,
  'factor.remove': removeFactor,
  'factor.reset': resetFactors,
  'step-up.require': requireStepUp,
  'session.end': endSession,
  'session.end-all': endAllSessions,
  'token.create': createToken,
  'token.revoke': revokeToken,
  'catalog.apply': applyCatalog,
  'policy.apply': applyPolicy,
  'approval.vote': voteOnPlan,
  'approval.withdraw': withdrawApproval,
  'decision.object': objectToDecision,
  'seat.take': takeSeat,
  'seat.leave': leaveSeat,
  'seat.offer': offerSeat,
  'seat.accept': acceptSeat,
  'seat.end-offer': endOffer,
  'release.register': registerRelease,
  'release.quarantine': quarantineRelease,
  'release.lift-quarantine': liftQuarantine,
  'deployment.request': requestDeployment,
  'target.adopt': adoptRelease,
  'criteria.apply': applyCriteria,
  'playbook.apply': applyPlaybook,
  'playbook.retire': retirePlaybook,
  'playbook.dry-run': dryRunPlaybook,
  'enrolment.create': createEnrolment,
  'agent.enrol': enrolAgent,
  'agent.revoke': revokeAgent,
  'step.complete': completeStep,
  'plan.propose': proposePlan,
  'plan.submit': submitPlan,
  'run.start': startRun,
  'run.pause': pauseRun,
  'run.resume': resumeRun,
  'run.abort': abortRun,
  'run.stop': stopRun,
  'lock.break': breakLock,
  'run.compensate': compensateRun,
  'step.retry': retryStep,
  'step.skip': skipStep,
  'step.settle': settleStep,
  'step.confirm': confirmStep,
  'step.approve': approveStep,
  'incident.declare': declareIncident,
  'incident.note': noteIncident,
  'incident.classify': classifyIncident,
  'incident.resolve': resolveIncident,
  'incident.close': closeIncident,
  'incident.reopen': reopenIncident,
  'exception.assign': assignException,
  'exception.clear': clearException,
  'on-call.apply': setOnCall,
  'update.draft': draftUpdate,
  'update.approve': approveUpdate,
  'update.publish': publishUpdate,
  'update.withdraw': withdrawUpdate,
  'notification.see': seeNotification,
  'status.components': setComponents,
} as const

export const queries = {
  'me.view': meView,
  'me.security': securityView,
  'fleet.view': fleetView,
  'approval.list': approvalList,
  'decision.view': decisionView,
  'policy.view': policyView,
  'policy.try': policyTry,
  'approval.receipt': approvalReceipt,
  'record.list': recordList,
  'record.heads': recordHeads,
  'record.alarms': recordAlarmList,
  'record.receipt': recordReceipt,
  'record.consistency': recordConsistency,
  'record.export': recordExport,
  'release.list': releaseList,
  'release.view': releaseView,
  'deployment.view': deploymentView,
  'target.choices': targetChoices,
  'criteria.list': criteriaList,
  'breach.list': breachList,
  'playbook.list': playbookList,
  'playbook.view': playbookView,
  'playbook.schema': playbookSchemaQuery,
  'agent.list': agentList,
  'plan.view': planView,
  'run.view': runView,
  'lock.list': lockList,
  'step.log': stepLog,
  'situation.view': situationView,
  'board.view': boardView,
  'incident.list': incidentList,
  'incident.view': incidentView,
  'hand-over.view': handOverView,
  'exception.list': exceptionList,
  'update.list': updateList,
  'notification.mine': notificationMine,
  'status.view': statusView,
} as const

export const ingests = {
  'agent.heartbeat': acceptHeartbeat,
  'agent.samples': acceptSamples,
  'agent.lease': lease,
  'step.renew': renewLease,
  'step.append-log': appendLog,
} as const

export type CommandName = keyof typeof commands
export type CommandInput<N extends CommandName> = z.input<(typeof commands)[N]['input']>
export type CommandOutput<N extends CommandName> = (typeof commands)[N] extends Command<infer _I, infer _S, infer R> ? R : never
export type QueryName = keyof typeof queries
export type QueryInput<N extends QueryName> = z.input<(typeof queries)[N]['input']>
export type QueryOutput<N extends QueryName> = (typeof queries)[N] extends Query<infer _I, infer _S, infer R> ? R : never

/** Every operation, as the routes and the API document know it. */
export const operations = { ...commands, ...queries, ...ingests } as unknown as Readonly<Record<string, Command | Query | Ingest>>

/** What a socket may follow. */
export const liveQueries: ReadonlyMap<string, Query> = new Map(Object.entries(queries as unknown as Record<string, Query>))

const reactions = [...releasesReactions, ...validationReactions, ...orchestrationReactions, ...incidentsReactions, ...communicationsReactions]

/** What is not left waiting for the next tree head: decisions, and the end of an incident. */
const signedAtOnce = ['approval.request', 'approval.vote', 'incident.resolve', 'incident.close']

/** Everything that happens by itself: any number of engines may run, and each piece of work is done by one of them. */
export async function startEngine(): Promise<{ stop(): Promise<void> }> {
  const parts = [startSealer({ headAfter: signedAtOnce }), startAnchors(), startRecordCheck(), startUpkeep(), startRunWatch(), startForecastWatch(), startApprovalExpiry(), startSoakWatch(), startQuarantineWatch(), startEvaluator(), startValidationWatch(), await startReactions(reactions)]
  return { stop: async () => void (await Promise.all(parts.map((part) => part.stop()))) }
}
