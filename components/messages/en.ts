import { uiMessages } from './en-ui.ts'

/** Every string the product shows, in English. Other languages have the same shape. */
export const messages = {
  ui: uiMessages,
}

export type Messages = typeof messages
