/** A line through what was measured, broken where nothing was: a gap is not a zero. */
export function sparkPath(values: readonly (number | null)[], x: (index: number) => number, y: (value: number) => number): string {
  let path = ''
  let drawing = false
  values.forEach((value, index) => {
    if (value === null) return void (drawing = false)
    path += `${drawing ? 'L' : 'M'}${x(index).toFixed(1)} ${y(value).toFixed(1)}`
    drawing = true
  })
  return path
}
