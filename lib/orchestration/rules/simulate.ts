import type { PlanDocument } from '../model.ts'
import { isCenterKind } from '../model.ts'
import type { Recorded, Spread } from './step-durations.ts'
import { drawOf, longestMs, spreads, wheelOf, wheelSize } from './step-durations.ts'

/** A plan as arrays: steps are their positions. */
export interface Network {
  /** How many steps must be over before this one may start. */
  waitsFor: Int32Array
  /** What a step lets start: `next[nextFrom[i]] … next[nextFrom[i + 1] - 1]`. */
  nextFrom: Int32Array
  next: Int32Array
  /** The region whose hands it takes; -1 for what the command center does. */
  place: Int32Array
  regions: readonly string[]
  /** How many steps of a region are at work at the same time. */
  hands: Int32Array
  spread: readonly Spread[]
  longest: Float64Array
  /** Equally likely durations: `wheelSize` of them for each spread, a step's from `wheelAt` on. */
  wheels: Float64Array
  wheelAt: Int32Array
  handOver: Float64Array
}

/** What has happened already, in milliseconds from the start; NaN = not yet. */
export interface Progress {
  now: number
  begun: Float64Array
  over: Float64Array
  /** 1 = it does not move by itself: somebody has to decide. */
  held: Uint8Array
}

export interface Place {
  name: string
  maxParallel: number
}

/** A region has as many hands as its agents that are heard of take steps at a time, and no more than its limit. Without any, one that will come. */
export function networkOf(plan: PlanDocument, places: readonly Place[], recorded: Recorded): Network {
  const { steps } = plan
  const position = new Map(steps.map((step, index) => [step.key, index]))
  const regions = [...new Set(steps.flatMap((step) => (step.region !== null && !isCenterKind(step.kind) ? [step.region] : [])))]
  const regionAt = new Map(regions.map((name, index) => [name, index]))
  const limits = new Map(places.map((place) => [place.name, place.maxParallel]))
  const before = steps.map((step) => [...new Set(step.after)].flatMap((key) => position.get(key) ?? []))
  const nextFrom = new Int32Array(steps.length + 1)
  for (const index of before.flat()) nextFrom[index + 1] = (nextFrom[index + 1] as number) + 1
  for (let index = 0; index < steps.length; index++) nextFrom[index + 1] = (nextFrom[index + 1] as number) + (nextFrom[index] as number)
  const next = new Int32Array(nextFrom[steps.length] as number)
  const filled = nextFrom.slice()
  for (const [index, list] of before.entries()) {
    for (const earlier of list) {
      const spot = filled[earlier] as number
      next[spot] = index
      filled[earlier] = spot + 1
    }
  }
  const known = spreads(recorded)
  const spread = steps.map((step) => known.of(step))
  const different = [...new Set(spread)]
  const wheels = new Float64Array(different.length * wheelSize)
  for (const [index, one] of different.entries()) wheels.set(wheelOf(one), index * wheelSize)
  const wheelOfSpread = new Map(different.map((one, index) => [one, index * wheelSize]))
  return {
    waitsFor: Int32Array.from(before, (list) => list.length),
    nextFrom,
    next,
    place: Int32Array.from(steps, (step) => (isCenterKind(step.kind) ? -1 : (regionAt.get(step.region ?? '') ?? -1))),
    regions,
    hands: Int32Array.from(regions, (name) => Math.max(1, Math.min(limits.get(name) ?? Infinity, recorded.hands[name] ?? Infinity, steps.length))),
    spread,
    longest: Float64Array.from(steps, (step, index) => (spread[index]?.fixed ? Infinity : longestMs(step))),
    wheels,
    wheelAt: Int32Array.from(spread, (one) => wheelOfSpread.get(one) ?? 0),
    handOver: wheelOf(known.handOver),
  }
}

/** One draw: when each step begins and ends (Infinity = never by itself), and which step it waited for last (-1 = none). */
export interface Drawn {
  begins: Float64Array
  ends: Float64Array
  cause: Int32Array
}

/**
 * One course of the plan: a step starts when all before it are over and its region has a free hand, the one that could start
 * first goes first. What chance decides depends on the draw, the step and the seed only: the same step has the same luck
 * whatever happens around it, so that two forecasts of a run differ by what has happened and not by chance.
 */
export function simulator(net: Network, seed: number, progress: Progress | null): (draw: number) => Drawn {
  const count = net.waitsFor.length
  const [begins, ends, cause] = [new Float64Array(count), new Float64Array(count), new Int32Array(count)]
  const [left, couldStart, behind] = [new Int32Array(count), new Float64Array(count), new Int32Array(count)]
  const [first, last, free] = [new Int32Array(net.regions.length), new Int32Array(net.regions.length), new Int32Array(net.regions.length)]
  const atWork = heap(count)
  let luck = 0

  const begin = (step: number, at: number): void => {
    begins[step] = at
    const chance = chanceOf(luck, step)
    const handed = (net.place[step] as number) < 0 ? 0 : (net.handOver[(chance >>> 8) % wheelSize] as number)
    const share = chance >>> 24
    // The last of a wheel stands for the whole tail beyond it, which is long: there it is drawn itself.
    const takes = share < wheelSize - 1 ? (net.wheels[(net.wheelAt[step] as number) + share] as number) : drawOf(net.spread[step] as Spread, portion(chance))
    end(step, at + handed + Math.min(takes, net.longest[step] as number))
  }
  const end = (step: number, at: number): void => {
    ends[step] = at
    atWork.push(at, step)
  }
  const ready = (step: number, at: number): void => {
    if (progress?.held[step]) return
    const place = net.place[step] as number
    if (place < 0) return begin(step, at)
    couldStart[step] = at
    behind[step] = -1
    if (first[place] === -1) first[place] = step
    else behind[last[place] as number] = step
    last[place] = step
  }
  /** Free hands take what has waited longest; `freed` is the step whose end freed one. */
  const take = (place: number, at: number, freed: number): void => {
    while ((free[place] as number) > 0 && first[place] !== -1) {
      const step = first[place] as number
      first[place] = behind[step] as number
      free[place] = (free[place] as number) - 1
      if (freed >= 0 && (couldStart[step] as number) < at) cause[step] = freed
      begin(step, at)
    }
  }

  return (draw) => {
    luck = mix(seed ^ Math.imul(draw + 1, 0x9e3779b1))
    begins.fill(Infinity)
    ends.fill(Infinity)
    cause.fill(-1)
    left.set(net.waitsFor)
    first.fill(-1)
    free.set(net.hands)
    const from = progress?.now ?? 0
    if (progress) resume(net, progress, { begins, ends }, { left, free, end }, (step) => portion(chanceOf(luck, step)))
    for (let step = 0; step < count; step++) if (left[step] === 0 && begins[step] === Infinity) ready(step, from)
    for (let place = 0; place < free.length; place++) take(place, from, -1)
    for (let step = atWork.pop(); step !== -1; step = atWork.pop()) {
      const at = ends[step] as number
      const place = net.place[step] as number
      if (place >= 0) free[place] = (free[place] as number) + 1
      for (let edge = net.nextFrom[step] as number; edge < (net.nextFrom[step + 1] as number); edge++) {
        const after = net.next[edge] as number
        left[after] = (left[after] as number) - 1
        if (left[after] !== 0) continue
        cause[after] = step
        ready(after, at)
        const where = net.place[after] as number
        if (where >= 0 && where !== place) take(where, at, -1)
      }
      if (place >= 0) take(place, at, step)
    }
    return { begins, ends, cause }
  }
}

/** Puts what has happened into a draw: what is over counts with its own end, what is at work ends later than now. */
function resume(net: Network, { now, begun, over }: Progress, { begins, ends }: Pick<Drawn, 'begins' | 'ends'>, { left, free, end }: { left: Int32Array; free: Int32Array; end(step: number, at: number): void }, chance: (step: number) => number): void {
  for (let step = 0; step < begun.length; step++) {
    const place = net.place[step] as number
    const endedAt = over[step] as number
    const begunAt = begun[step] as number
    if (!Number.isNaN(endedAt)) {
      begins[step] = Number.isNaN(begunAt) ? endedAt : begunAt
      ends[step] = endedAt
      for (let edge = net.nextFrom[step] as number; edge < (net.nextFrom[step + 1] as number); edge++) left[net.next[edge] as number] = (left[net.next[edge] as number] as number) - 1
    } else if (!Number.isNaN(begunAt)) {
      begins[step] = begunAt
      if (place >= 0) free[place] = (free[place] as number) - 1
      const elapsed = Math.max(0, now - begunAt)
      end(step, begunAt + Math.max(elapsed, Math.min(drawOf(net.spread[step] as Spread, chance(step), elapsed), net.longest[step] as number)))
    }
  }
}

/** The steps at work by their ends, the earliest on top; -1 when empty. */
function heap(room: number): { push(key: number, step: number): void; pop(): number } {
  const [keys, steps] = [new Float64Array(room + 1), new Int32Array(room + 1)]
  let size = 0
  return {
    push(key, step) {
      let at = size++
      while (at > 0) {
        const up = (at - 1) >> 1
        if ((keys[up] as number) <= key) break
        keys[at] = keys[up] as number
        steps[at] = steps[up] as number
        at = up
      }
      keys[at] = key
      steps[at] = step
    },
    pop() {
      if (size === 0) return -1
      const top = steps[0] as number
      size--
      const [key, step] = [keys[size] as number, steps[size] as number]
      let at = 0
      for (let child = 1; child < size; child = 2 * at + 1) {
        if (child + 1 < size && (keys[child + 1] as number) < (keys[child] as number)) child++
        if (key <= (keys[child] as number)) break
        keys[at] = keys[child] as number
        steps[at] = steps[child] as number
        at = child
      }
      keys[at] = key
      steps[at] = step
      return top
    },
  }
}

/** A 32-bit hash whose every output bit depends on every input bit (murmur3's finalizer). */
function mix(value: number): number {
  let hash = value | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

/** 32 random bits, the same for the same luck and step; the highest say how long it takes, and lower ones its hand-over. */
const chanceOf = (luck: number, step: number): number => mix(luck ^ Math.imul(step, 0x27d4eb2f))
const portion = (chance: number): number => (chance >>> 0) / 4_294_967_296
