import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dataFolder } from '#scripts/postgres.ts'

/** Name of the data folder; it is wiped before every run. */
export const folderName = 'test-e2e'

/** Where the stack of this run is, and how to reach into it. */
export interface Place {
  url: string
  password: string
  control: { port: number; secret: string }
}

export const browserFolder = (): string => join(dataFolder(folderName), 'browser')
export const placeFile = (): string => join(browserFolder(), 'place.json')

let known: Place | undefined

/** As the global setup wrote it down for the workers, which are processes of their own. */
export const place = (): Place => (known ??= JSON.parse(readFileSync(placeFile(), 'utf8')) as Place)
