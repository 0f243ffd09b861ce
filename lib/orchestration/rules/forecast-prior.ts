/** How long something takes that was never recorded: median in milliseconds, and the spread of its logarithm. */
export interface Prior {
  median: number
  sigma: number
}

/**
 * A stated guess, shown as such, by step kind. It was fixed before the runs on which `bench/forecast.bench.ts` judges the
 * forecast. People are in it too: they take minutes, and nobody knows how many.
 */
const prior: Readonly<Record<string, Prior>> = {
  snapshot: { median: 600, sigma: 0.5 },
  stage: { median: 800, sigma: 0.6 },
  drain: { median: 5_000, sigma: 0.6 },
  stop: { median: 3_000, sigma: 0.5 },
  deploy: { median: 12_000, sigma: 0.45 },
  verify: { median: 2_500, sigma: 0.5 },
  open: { median: 2_000, sigma: 0.5 },
  'hold-reconciler': { median: 1_500, sigma: 0.7 },
  sql: { median: 2_000, sigma: 0.9 },
  shell: { median: 5_000, sigma: 1 },
  http: { median: 1_000, sigma: 0.9 },
  flag: { median: 1_500, sigma: 0.6 },
  proxy: { median: 1_500, sigma: 0.6 },
  kubernetes: { median: 15_000, sigma: 0.7 },
  cdn: { median: 20_000, sigma: 0.8 },
  ansible: { median: 30_000, sigma: 0.8 },
  terraform: { median: 60_000, sigma: 0.8 },
  dns: { median: 60_000, sigma: 0.8 },
  notify: { median: 300, sigma: 0.6 },
  validate: { median: 30_000, sigma: 0.6 },
  approve: { median: 120_000, sigma: 1 },
  manual: { median: 300_000, sigma: 1 },
}
const otherwise: Prior = { median: 10_000, sigma: 0.7 }

export const priorOf = (kind: string): Prior => (Object.hasOwn(prior, kind) ? (prior[kind] as Prior) : otherwise)

/** From a step that may start to an agent that works on it, where nothing was recorded. */
export const handOverPrior: Prior = { median: 40, sigma: 0.7 }

/** As many values of the log-normal as `count`, each standing for the same share of it, ascending. */
export const quantilesOf = ({ median, sigma }: Prior, count: number): Float64Array => Float64Array.from({ length: count }, (_, index) => median * Math.exp(sigma * standardNormal((index + 0.5) / count)))

/** The value below which a share `p` of a standard normal lies (Acklam's rational approximation, good to 1e-9 relative; 0.975 → 1.96). */
export function standardNormal(p: number): number {
  if (p > 0.5) return -standardNormal(1 - p)
  if (p < 0.024_25) {
    const q = Math.sqrt(-2 * Math.log(p))
    return polynomial(tailUp, q) / (polynomial(tailDown, q) * q + 1)
  }
  const q = p - 0.5
  const r = q * q
  return (polynomial(middleUp, r) * q) / (polynomial(middleDown, r) * r + 1)
}

const polynomial = (coefficients: readonly number[], x: number): number => coefficients.reduce((sum, one) => sum * x + one, 0)
const middleUp = [-39.696_830_286_653_76, 220.946_098_424_520_5, -275.928_510_446_968_7, 138.357_751_867_269, -30.664_798_066_147_16, 2.506_628_277_459_239]
const middleDown = [-54.476_098_798_224_06, 161.585_836_858_040_9, -155.698_979_859_886_6, 66.801_311_887_719_72, -13.280_681_552_885_72]
const tailUp = [-0.007_784_894_002_430_293, -0.322_396_458_041_136_5, -2.400_758_277_161_838, -2.549_732_539_343_734, 4.374_664_141_464_968, 2.938_163_982_698_783]
const tailDown = [0.007_784_695_709_041_462, 0.322_467_129_070_039_8, 2.445_134_137_142_996, 3.754_408_661_907_416]
