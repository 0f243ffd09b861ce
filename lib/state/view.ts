/** A lock that somebody holds, or shares with others who also only share it. */
export interface LockView {
  name: string
  mode: 'exclusive' | 'shared'
  owner: { kind: string; id: string }
  reason: string
  /** ISO 8601 */
  since: string
  /** The fencing token: whoever took it later has a higher one. */
  epoch: number
}
