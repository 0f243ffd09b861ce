import type { Actor } from './actor.ts'
import { Fault } from './fault.ts'

/** The person who asks; what belongs to a person alone is no business of a token or an agent. */
export function mePerson(actor: Actor): Extract<Actor, { kind: 'person' }> {
  if (actor.kind !== 'person') throw new Fault('forbidden', 'this is for people; a token is not anybody')
  return actor
}
