/** The package `openpgp` with what gpg takes: keys and messages of any age. It is loaded when a key first needs it. */
export async function loadPgp(): Promise<{ library: typeof import('openpgp'); settings: (typeof import('openpgp'))['config'] }> {
  const library = await import('openpgp')
  return { library, settings: { ...library.config, minRSABits: 0, rejectPublicKeyAlgorithms: new Set(), allowUnauthenticatedMessages: false, ignoreUnsupportedPackets: true } as typeof library.config }
}
