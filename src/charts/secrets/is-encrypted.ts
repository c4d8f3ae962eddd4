/** Whether a text is a file that SOPS encrypted: every one of them has a MAC, which is encrypted itself, in its metadata. */
export function isEncrypted(text: string): boolean {
  return text.includes('ENC[AES256_GCM,') && /^(?:sops:|sops_mac=|\[sops\])|"sops"\s*:/m.test(text)
}
