/** A durable engine on PostgreSQL that does ten trivial steps one after the other, each kept before the next begins. */
export interface DurableEngine {
  name: string
  /** One chain of `steps` steps, from asking for it to the last one being done; milliseconds. */
  chain(steps: number): Promise<number>
  stop(): Promise<void>
}
