export interface Entry {
  path: string
  content: Buffer
}

const block = 512

/** A tar archive of plain files. Order, owner, mode and time are fixed: the same files give the same bytes. */
export function packTar(entries: readonly Entry[]): Buffer {
  const sorted = [...entries].sort((a, b) => (a.path < b.path ? -1 : 1))
  const parts = sorted.flatMap(({ path, content }) => [header(path, content.length), content, Buffer.alloc((block - (content.length % block)) % block)])
  return Buffer.concat([...parts, Buffer.alloc(block * 2)])
}

/** The plain files of a tar archive. Anything that could leave the folder it is unpacked to is refused. */
export function unpackTar(archive: Buffer): Entry[] {
  const entries: Entry[] = []
  for (let at = 0; at + block <= archive.length; ) {
    const head = archive.subarray(at, at + block)
    const path = text(head, 0, 100)
    if (path === '') break
    if (Number.parseInt(text(head, 148, 8), 8) !== checksum(head)) throw new Error(`the archive is damaged at byte ${at}`)
    const kind = text(head, 156, 1)
    const size = Number.parseInt(text(head, 124, 12), 8)
    if (kind !== '0' && kind !== '') throw new Error(`${path} is not a plain file`)
    if (path.startsWith('/') || path.split('/').some((part) => part === '..' || part === '')) throw new Error(`${path} would leave the folder`)
    if (!(at + block + size <= archive.length)) throw new Error(`${path} is cut off`)
    entries.push({ path, content: Buffer.from(archive.subarray(at + block, at + block + size)) })
    at += block + Math.ceil(size / block) * block
  }
  return entries
}

function header(path: string, size: number): Buffer {
  if (Buffer.byteLength(path) > 99) throw new Error(`${path} is longer than a tar header holds`)
  const head = Buffer.alloc(block)
  head.write(path, 0)
  head.write('0000644\0', 100)
  head.write('0000000\0', 108)
  head.write('0000000\0', 116)
  head.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  head.write('00000000000\0', 136)
  head.write('0', 156)
  head.write('ustar\0' + '00', 257)
  head.write(`${checksum(head).toString(8).padStart(6, '0')}\0 `, 148)
  return head
}

/** The checksum counts its own field as spaces. */
function checksum(head: Buffer): number {
  let sum = 0
  for (const [index, byte] of head.entries()) sum += index >= 148 && index < 156 ? 32 : byte
  return sum
}

const text = (head: Buffer, from: number, length: number): string => head.subarray(from, from + length).toString().split('\0')[0]?.trim() ?? ''
