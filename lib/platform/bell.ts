import { shared } from './runtime.ts'

type Listener = () => void

/**
 * "Something was committed." Never the message itself: whoever hears it reads the outbox.
 * Rings in this process at once; `onRing` listeners outside (NOTIFY, see relay.ts) carry it to others at most once a tick.
 */
export interface Bell {
  ring(): void
  onRing(listener: Listener): () => void
}

export const bell = (): Bell =>
  shared('bell', () => {
    const listeners = new Set<Listener>()
    return {
      ring: () => {
        for (const listener of listeners) listener()
      },
      onRing: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    }
  })
