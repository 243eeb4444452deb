/** Whether a certificate's name covers a host: a wildcard stands for exactly one label (RFC 6125, 6.4.3). `*.example.com` as a host is covered by itself only. */
export function covers(name: string, host: string): boolean {
  const [one, other] = [name.toLowerCase(), host.toLowerCase()]
  if (one === other) return true
  return one.startsWith('*.') && !other.startsWith('*.') && other.includes('.') && other.slice(other.indexOf('.')) === one.slice(1)
}
