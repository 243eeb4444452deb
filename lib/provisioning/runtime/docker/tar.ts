// The little of tar that is written by us: a header of one entry, without content.

const BLOCK = 512

/** An archive with nothing but a folder, which sets who owns the folder that it is unpacked over. */
export function tarOfFolder({ uid, gid, mode }: { uid: number; gid: number; mode: number }): Buffer {
  const header = Buffer.alloc(BLOCK)
  const octal = (value: number, at: number, length: number) => header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1')
  header.write('./', 0, 'latin1')
  octal(mode, 100, 8)
  octal(uid, 108, 8)
  octal(gid, 116, 8)
  octal(0, 124, 12)
  octal(0, 136, 12)
  header.write('5', 156, 'latin1')
  header.write('ustar\x0000', 257, 'latin1')
  header.fill(0x20, 148, 156)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return Buffer.concat([header, Buffer.alloc(2 * BLOCK)])
}
