import type { Target, TargetKind } from '../config.ts'
import { commandDriver } from './command.ts'
import type { Driver } from './driver.ts'
import { processDriver } from './process.ts'

/** The driver that a target's configuration names. */
export const driverOf = (target: Target): Driver => (target.driver === 'process' ? processDriver(target) : commandDriver(target))

const hooks = ['drain', 'stop', 'open'] as const satisfies readonly TargetKind[]

/** What this target's driver cannot do: hooks that its user did not write. */
export const cannotOf = (target: Target): readonly TargetKind[] => (target.driver === 'process' ? [] : hooks.filter((hook) => !target[hook]))
