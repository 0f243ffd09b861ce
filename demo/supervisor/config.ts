/** What one region's supervisor is told at its start, in a file with mode 0600. */
export interface SupervisorConfig {
  region: string
  port: number
  gatewayUrl: string
  folder: string
  /** Where libraries that artifacts may use are found: the host's part of the bargain. */
  modules: string
  services: ServiceConfig[]
}

export interface ServiceConfig {
  name: string
  instances: { id: string; port: number }[]
  config: Record<string, string>
  secrets: Record<string, string>
}
