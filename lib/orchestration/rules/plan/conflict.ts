/**
 * The facts without any of which the conflict would be gone: each is left out in turn, and stays out where it is a
 * conflict without it. What remains is smallest in the sense that nothing more can be left out.
 */
export function minimise<Fact>(facts: readonly Fact[], isConflict: (kept: readonly Fact[]) => boolean): Fact[] {
  let kept = [...facts]
  for (const fact of facts) {
    const without = kept.filter((other) => other !== fact)
    if (isConflict(without)) kept = without
  }
  return kept
}
