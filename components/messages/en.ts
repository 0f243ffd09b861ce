import { agentsMessages } from './en-agents.ts'
import { approvalMessages } from './en-approval.ts'
import { boardMessages } from './en-board.ts'
import { criteriaMessages } from './en-criteria.ts'
import { decisionMessages } from './en-decision.ts'
import { fleetMessages } from './en-fleet.ts'
import { handOverMessages } from './en-hand-over.ts'
import { incidentMessages } from './en-incident.ts'
import { locksMessages } from './en-locks.ts'
import { meMessages } from './en-me.ts'
import { planMessages } from './en-plan.ts'
import { playbookMessages } from './en-playbook.ts'
import { policyMessages } from './en-policy.ts'
import { recordMessages } from './en-record.ts'
import { releaseMessages } from './en-release.ts'
import { runMessages } from './en-run.ts'
import { shellMessages } from './en-shell.ts'
import { situationMessages } from './en-situation.ts'
import { statusMessages } from './en-status.ts'
import { uiMessages } from './en-ui.ts'

/** Every string the product shows, in English. Other languages have the same shape. */
export const messages = {
  ui: uiMessages,
  shell: shellMessages,
  situation: situationMessages,
  fleet: fleetMessages,
  release: releaseMessages,
  agents: agentsMessages,
  locks: locksMessages,
  criteria: criteriaMessages,
  playbook: playbookMessages,
  board: boardMessages,
  status: statusMessages,
  incident: incidentMessages,
  handOver: handOverMessages,
  me: meMessages,
  plan: planMessages,
  run: runMessages,
  approval: approvalMessages,
  decision: decisionMessages,
  policy: policyMessages,
  record: recordMessages,
}

export type Messages = typeof messages
