/**
 * Milliseconds of the system's monotonic clock. `hrtime` has the same origin in every process of a machine, so a
 * deadline can be handed from the agent to a guard as a number.
 */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6
