/** Jobs per page, on the server and in the browser alike. */
export const PAGE = 50
