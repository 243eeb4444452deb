export const ORGANIZATION_COOKIE = 'easel_organization'

const YEAR_S = 365 * 24 * 3600

/** Remembers in this browser which organization to show. The server still checks every membership. */
export function chooseOrganization(organizationId: string): void {
  document.cookie = `${ORGANIZATION_COOKIE}=${organizationId}; path=/; max-age=${YEAR_S}; samesite=lax`
}
