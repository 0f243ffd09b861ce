/**
 * The heaviest set of intervals of which none is over before another starts: the most that can be under way at one moment.
 * By Dilworth, with weights: it weighs as much as the cheapest cover by chains, which is the whole weight less the greatest flow from
 * earlier intervals to later ones. Three intervals of weight 1, the first over before the third: 3 − 1 = 2.
 *
 * `weights` are whole numbers of 0 or more; `over(i, j)`: i is over before j starts (transitive). `enough`: where it is known to weigh no
 * more than this, how much less is not looked for, and what is answered is at most `enough`.
 */
export function heaviestAtOnce(weights: readonly number[], over: (i: number, j: number) => boolean, enough = -1): number {
  const n = weights.length
  const later = weights.map((_, i) => weights.flatMap((__, j) => (i !== j && over(i, j) ? [j] : [])))
  const earlier = weights.map((): number[] => [])
  later.forEach((row, i) => row.forEach((j) => earlier[j]?.push(i)))
  const supply = [...weights]
  const demand = [...weights]
  /** What flows from i to j, as `flow[i * n + j]`. */
  const flow = new Float64Array(n * n)

  /** Intervals are on the left as earlier ones (0 … n-1) and on the right as later ones (n … 2n-1). Breadth first: the shortest way that carries more. */
  const way = (): number[] | null => {
    const cameFrom = new Int32Array(2 * n).fill(-1)
    const queue: number[] = []
    const reach = (node: number, from: number): void => {
      if (cameFrom[node] !== -1) return
      cameFrom[node] = from
      queue.push(node)
    }
    supply.forEach((left, i) => {
      if (left > 0) reach(i, i)
    })
    for (let at = 0; at < queue.length; at++) {
      const node = queue[at] as number
      if (node >= n && (demand[node - n] as number) > 0) {
        const nodes = [node]
        while (cameFrom[nodes[0] as number] !== nodes[0]) nodes.unshift(cameFrom[nodes[0] as number] as number)
        return nodes
      }
      const next = node < n ? (later[node] as number[]).map((j) => n + j) : (earlier[node - n] as number[]).filter((i) => (flow[i * n + node - n] as number) > 0)
      for (const other of next) reach(other, node)
    }
    return null
  }

  // Most of it flows without looking for ways: whatever can follow directly does.
  let uncovered = supply.reduce((total, left) => total + left, 0)
  for (let i = 0; i < n; i++) {
    for (const j of later[i] as number[]) {
      const amount = Math.min(supply[i] as number, demand[j] as number)
      if (amount === 0) continue
      flow[i * n + j] = amount
      supply[i] = (supply[i] as number) - amount
      demand[j] = (demand[j] as number) - amount
      uncovered -= amount
      if (supply[i] === 0) break
    }
  }
  for (let nodes = uncovered > enough ? way() : null; nodes; nodes = uncovered > enough ? way() : null) {
    const first = nodes[0] as number
    const last = (nodes[nodes.length - 1] as number) - n
    let amount = Math.min(supply[first] as number, demand[last] as number)
    for (let at = 1; at + 1 < nodes.length; at += 2) amount = Math.min(amount, flow[(nodes[at + 1] as number) * n + (nodes[at] as number) - n] as number)
    for (let at = 0; at + 1 < nodes.length; at++) {
      const [a, b] = [nodes[at] as number, nodes[at + 1] as number]
      const arc = a < n ? a * n + b - n : b * n + a - n
      flow[arc] = (flow[arc] as number) + (a < n ? amount : -amount)
    }
    supply[first] = (supply[first] as number) - amount
    demand[last] = (demand[last] as number) - amount
    uncovered -= amount
  }
  return uncovered
}
