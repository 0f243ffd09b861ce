import { approvalMessages } from './en-approval.ts'
import { shellMessages } from './en-shell.ts'
import { situationMessages } from './en-situation.ts'
import { uiMessages } from './en-ui.ts'

/** Every string the product shows, in English. Other languages have the same shape. */
export const messages = {
  ui: uiMessages,
  shell: shellMessages,
  situation: situationMessages,
  approval: approvalMessages,
}

export type Messages = typeof messages
