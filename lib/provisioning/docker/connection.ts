/** How a Docker engine is reached. */
export type DockerConnection =
  | { kind: 'socket'; /** Absolute path. */ path: string }
  /** `tls`: PEM texts. Without it the engine is open to whoever reaches it, and only a loopback address is accepted. */
  | { kind: 'tcp'; host: string; port: number; tls: { ca: string; certificate: string; key: string } | null }
  /** Through `docker system dial-stdio` on the other machine. `hostKey`: a line of known_hosts that it must match. */
  | { kind: 'ssh'; host: string; port: number; user: string; privateKey: string; hostKey: string | null }

/** Credentials for one registry. `server`: host and port, such as `ghcr.io`. */
export type RegistryAuth = { server: string; username: string; password: string }
