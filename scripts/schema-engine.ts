import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import { ColumnTypeEnum, bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import type { SchemaEngine } from '@prisma/schema-engine-wasm'
import pg from 'pg'
import { root } from './files.ts'

interface File {
  path: string
  content: string
}

/** What the schema says: prisma/schema.prisma and the models of all rooms. */
export function schemaFiles(): File[] {
  const models = readdirSync(join(root, 'prisma/models')).sort().map((name) => `prisma/models/${name}`)
  return ['prisma/schema.prisma', ...models].map((path) => ({ path: join(root, path), content: readFileSync(join(root, path), 'utf8') }))
}

/** PostgreSQL's own one-byte type "char", as the catalogues use it, and the ordinary one-letter text. */
const internalChar = 18
const ordinaryChar = 1042

/**
 * A pool and adapter through which the engine can read the catalogues. The adapter refuses the type "char", while the
 * engine insists on a single character: such columns are read as text and handed on as characters.
 */
function readableCatalogues(connectionString: string): { pool: pg.Pool; adapter: PrismaPg } {
  const pool = new pg.Pool({ connectionString })
  const letters = new Set<string>()
  const ask = pool.query.bind(pool) as (...query: unknown[]) => Promise<pg.QueryResult>
  const askAndNote = async (...query: unknown[]): Promise<pg.QueryResult> => {
    const answer = await ask(...query)
    for (const field of answer.fields ?? []) {
      if (field.dataTypeID !== internalChar) continue
      letters.add(field.name)
      field.dataTypeID = ordinaryChar
    }
    return answer
  }
  Object.assign(pool, { query: askAndNote })
  const adapter = new PrismaPg(pool)
  const connect = adapter.connect.bind(adapter)
  adapter.connect = async () => {
    const connection = await connect()
    const read = connection.queryRaw.bind(connection)
    connection.queryRaw = async (query) => {
      // NOT NULL counts among the constraints since PostgreSQL 18; the engine does not know that kind.
      const result = await read({ ...query, sql: query.sql.replace("contype NOT IN ('p', 'u', 'f')", "contype NOT IN ('p', 'u', 'f', 'n')") })
      return { ...result, columnTypes: result.columnTypes.map((type, at) => (letters.has(result.columnNames[at] ?? '') ? ColumnTypeEnum.Character : type)) }
    }
    return connection
  }
  return { pool, adapter }
}

let loading: Promise<typeof SchemaEngine> | undefined

/** The engine as WebAssembly: the native one is downloaded from a host that cannot be reached from everywhere. Loaded once, since its glue holds one memory. */
const loadEngine = (): Promise<typeof SchemaEngine> =>
  (loading ??= (async () => {
    // It tells why it stops only to whoever listens here.
    Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: (text: string) => console.error(`schema engine: ${text}`) } })
    // Its own loader imports the .wasm file as a module, which bundlers do and test programs do not.
    const glue = (await import('@prisma/schema-engine-wasm/schema_engine_bg')) as unknown as { __wbg_set_wasm(exports: WebAssembly.Exports): void; SchemaEngine: typeof SchemaEngine }
    const bytes = readFileSync(join(root, 'node_modules/@prisma/schema-engine-wasm/schema_engine_bg.wasm'))
    const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': glue as unknown as WebAssembly.ModuleImports })
    glue.__wbg_set_wasm(instance.exports)
    const start = instance.exports['__wbindgen_start']
    if (typeof start === 'function') (start as () => void)()
    return glue.SchemaEngine
  })())

const openEngine = async (adapter: PrismaPg, files: readonly File[]): Promise<SchemaEngine> =>
  (await loadEngine()).new({ datamodels: files.map(({ path, content }): [string, string] => [path, content]) }, () => {}, bindMigrationAwareSqlAdapterFactory(adapter))

/** The SQL that is missing between a database and the schema; empty where they say the same. Triggers, grants and checks are beyond it. */
export async function missingSql(connectionString: string, files: readonly File[] = schemaFiles()): Promise<string> {
  const { pool, adapter } = readableCatalogues(connectionString)
  try {
    const engine = await openEngine(adapter, files)
    const { stdout } = await engine.diff({
      from: { tag: 'schemaDatasource', files: [...files], configDir: join(root, 'prisma') },
      to: { tag: 'schemaDatamodel', files: [...files] },
      script: true,
      exitCode: null,
      filters: { externalTables: ['public._prisma_migrations'], externalEnums: [] },
    })
    return (stdout ?? '').trim().replace(/^-- This is an empty migration\.$/, '')
  } finally {
    await pool.end()
  }
}
