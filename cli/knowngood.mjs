#!/usr/bin/env node
// `knowngood` from anywhere: the command line under the pinned Node.
process.argv.splice(2, 0, 'cli/main.ts')
await import('../scripts/bootstrap.mjs')
