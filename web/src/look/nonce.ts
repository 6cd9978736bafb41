/** The number that the server gave this page: a style that a script writes into it must carry it. None while developing. */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
}
