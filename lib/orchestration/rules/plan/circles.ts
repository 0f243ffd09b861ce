interface Visit<Node> {
  node: Node
  next: readonly Node[]
  at: number
}

/**
 * Tarjan's strongly connected components, without recursion: the sets of nodes that wait for each other in a circle,
 * single nodes included. Each set comes after all that it waits for. Linear in nodes and edges.
 */
export function circles<Node>(nodes: readonly Node[], waitsFor: (node: Node) => readonly Node[]): Node[][] {
  const index = new Map<Node, number>()
  const low = new Map<Node, number>()
  const open = new Set<Node>()
  const stack: Node[] = []
  const found: Node[][] = []
  const lower = (node: Node, value: number): unknown => low.set(node, Math.min(low.get(node) ?? Infinity, value))
  const enter = (node: Node): Visit<Node> => {
    index.set(node, index.size)
    lower(node, index.size - 1)
    stack.push(node)
    open.add(node)
    return { node, next: waitsFor(node), at: 0 }
  }

  for (const root of nodes) {
    if (index.has(root)) continue
    const path = [enter(root)]
    while (path.length > 0) {
      const visit = path.at(-1) as Visit<Node>
      const next = visit.next[visit.at++]
      if (next !== undefined) {
        if (!index.has(next)) path.push(enter(next))
        else if (open.has(next)) lower(visit.node, index.get(next) ?? 0)
        continue
      }
      path.pop()
      const above = path.at(-1)
      if (above) lower(above.node, low.get(visit.node) ?? 0)
      if (low.get(visit.node) !== index.get(visit.node)) continue
      const set = stack.splice(stack.lastIndexOf(visit.node))
      for (const node of set) open.delete(node)
      found.push(set)
    }
  }
  return found
}
