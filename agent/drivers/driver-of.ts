import type { Target } from '../config.ts'
import { commandDriver } from './command.ts'
import type { Driver } from './driver.ts'
import { processDriver } from './process.ts'

/** The driver that a target's configuration names. */
export const driverOf = (target: Target): Driver => (target.driver === 'process' ? processDriver(target) : commandDriver(target))
