/** Parameters as a person reads them: the shape of YAML, without its traps. Long texts keep their lines. */
export function asYaml(value: unknown, indent = ''): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : value.map((one) => `${indent}- ${below(one, `${indent}  `)}`).join('\n')
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).filter(([, one]) => one !== undefined)
    return fields.length === 0 ? '{}' : fields.map(([name, one]) => `${indent}${name}:${beside(one, indent)}`).join('\n')
  }
  return scalar(value, indent)
}

/** After a dash: the first line of what follows stands beside it. */
const below = (value: unknown, indent: string): string => asYaml(value, indent).trimStart()

function beside(value: unknown, indent: string): string {
  const nested = typeof value === 'object' && value !== null && Object.keys(value).length > 0
  return nested ? `\n${asYaml(value, `${indent}  `)}` : ` ${asYaml(value, `${indent}  `)}`
}

/** Text that could be taken for something else is quoted. */
const plain = /^[A-Za-z/.~][\w /.:@+~=,-]*$/
const otherwise = /^(true|false|null|yes|no|on|off|~)$/i

function scalar(value: unknown, indent: string): string {
  if (typeof value !== 'string') return String(value)
  if (value.includes('\n')) return `|\n${value.trimEnd().split('\n').map((line) => `${indent}${line}`).join('\n')}`
  return plain.test(value) && !otherwise.test(value) && !value.includes(': ') && !value.endsWith(':') && !value.endsWith(' ') ? value : JSON.stringify(value)
}
