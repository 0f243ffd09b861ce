import type { IncidentStatus, NextDecision } from '../view.ts'
import { howItEnded } from './how-it-ended.ts'

export interface DecisionFacts {
  status: IncidentStatus
  /** Who commands, by name. */
  commander: string | null
  /** The newest plan that stands. `used` = a run of it exists already. */
  plan: { id: string; sentence: string; used: boolean; proof: { holds: boolean; because: string } } | null
  noPlanBecause: string | null
  /** The newest request for that plan. */
  approval: { id: string; state: 'pending' | 'satisfied' | 'rejected' | 'expired' | 'void' | 'withdrawn'; have: number; need: number; missing: string; because: string | null } | null
  run: { id: string; status: 'pending' | 'running' | 'paused' | 'succeeded' | 'failed' | 'aborted'; because: string | null } | null
  validation: { status: 'measuring' | 'done'; verdict: 'pass' | 'fail' | 'no data' | null } | null
  resolvable: { ok: boolean; because: string }
  /** It broke again after the validation. */
  regressed: boolean
}

const nothing = (sentence: string): NextDecision => ({ kind: 'nothing', sentence })
const propose = (sentence: string): NextDecision => ({ kind: 'propose', sentence })
const ended = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)

/** The one thing that a person has to decide now, in words that work at 3 a.m.; `nothing` says why there is none. */
export function nextDecision(facts: DecisionFacts): NextDecision {
  const { status, commander, run } = facts
  if (status === 'closed') return nothing('This incident is closed.')
  if (status === 'resolved') return nothing('This incident is resolved. Close it when what it taught is written down.')
  // A stuck run comes before an empty seat: the sentence says what waits for whoever sits down.
  if (!commander) return { kind: 'take-the-seat', sentence: `Nobody is in command. Take the seat${run?.status === 'paused' ? ': the rollback is paused half-way and only the commander can resume or abort it.' : ': only the commander can start a rollback.'}` }
  if (run?.status === 'paused') return { kind: 'unstick-run', runId: run.id, sentence: `The rollback is paused half-way${run.because ? `: ${ended(run.because)}` : '.'} Decide how it goes on.` }
  if (run?.status === 'running' || run?.status === 'pending') return nothing('The rollback is running. Nothing to decide; anyone may stop it.')
  if (status === 'monitoring') return facts.resolvable.ok ? { kind: 'resolve', sentence: 'It is measured to be as good as before. Resolve the incident if you agree.' } : nothing(`Monitoring: ${ended(facts.resolvable.because)}`)
  if (facts.plan && !facts.plan.used) return decisionOnPlan(facts.plan, facts.approval)
  if (run?.status === 'succeeded') return afterRollback(facts)
  if (run) return propose(`${howItEnded(run)} Propose another plan.`)
  if (facts.noPlanBecause) return nothing(`No way back could be proven: ${ended(facts.noPlanBecause)} Change that, or fix it another way.`)
  if (facts.resolvable.ok) return propose('Nothing is in breach and there is no plan. Propose one, or resolve with a reason.')
  return propose('There is no plan yet. Propose one, or find out first which release is to blame.')
}

function decisionOnPlan(plan: NonNullable<DecisionFacts['plan']>, approval: DecisionFacts['approval']): NextDecision {
  if (!plan.proof.holds) return propose(`The fleet is no longer as it was when the plan was made: ${ended(plan.proof.because)} Propose again.`)
  switch (approval?.state) {
    case 'pending':
      return { kind: 'approve', approvalId: approval.id, sentence: `Vote on ${ended(plan.sentence)} ${ended(upper(approval.missing))}`.trim() }
    case 'satisfied':
      return { kind: 'start-run', planId: plan.id, approvalId: approval.id, sentence: `Approved: ${ended(plan.sentence)} The commander can start it now.` }
    case 'rejected':
      return { kind: 'submit-plan', planId: plan.id, sentence: `The plan was rejected${approval.because ? ` (${approval.because})` : ''}. Propose another one, or ask again.` }
    case 'expired':
      return { kind: 'submit-plan', planId: plan.id, sentence: `The approval ran out before the plan was started. Ask again: ${ended(plan.sentence)}` }
    case 'void':
    case 'withdrawn':
    case undefined:
      return { kind: 'submit-plan', planId: plan.id, sentence: `There is a proven way back: ${ended(plan.sentence)} Ask for approval.` }
  }
}

function afterRollback({ validation, resolvable, regressed, noPlanBecause }: DecisionFacts): NextDecision {
  const another = noPlanBecause ? `No other way back could be proven: ${ended(noPlanBecause)} Fix it another way.` : 'Propose another plan.'
  if (regressed) return resolvable.ok ? { kind: 'resolve', sentence: 'It came back after a passed validation, and no rule is in breach now. Resolve with a reason, or propose another plan.' } : (noPlanBecause ? nothing : propose)(`It came back after a passed validation. ${another}`)
  if (!validation || validation.status === 'measuring') return nothing('The rollback is done. Measuring whether the service is as good as before.')
  if (validation.verdict === 'pass') return nothing('The validation passed.')
  if (validation.verdict === 'fail') return (noPlanBecause ? nothing : propose)(`The rollback is done, but the service is still worse than before. Something else is wrong too. ${another}`)
  return resolvable.ok
    ? { kind: 'resolve', sentence: 'The rollback is done, but there was too little data to prove that it helped. Look for yourself; resolve with a reason, or propose another plan.' }
    : nothing(`The rollback is done, but there was too little data to prove that it helped, and ${ended(resolvable.because)}`)
}

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
